using System.Security.Cryptography;
using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Engine.Kernels;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Cli;

/// <summary>Has the runtime load and compile what every training needs, on a thread of its own, while the command line, the config and the data are read: about a third of the time until the second step.</summary>
/// <remarks>All that it does is done on objects of its own, and nobody waits for it; so it changes no number, and where it stops, the training itself compiles what is left.</remarks>
internal static class WarmUp
{
    /// <summary>Begins, if the arguments are those of a training and there is a second processor.</summary>
    public static void For(string[] args)
    {
        if (args is not ["train", _, ..] || args.Any(a => a is "--help" or "-h" or "-?") || Environment.ProcessorCount < 2) return;
        new Thread(Try) { IsBackground = true, Name = "Equipoise compiling" }.Start();
    }

    /// <summary>In the order in which a training comes to it.</summary>
    internal static void Run()
    {
        ConfigText.Read("{a: [b]}", new Problems());
        SHA256.HashData([]);
        Train();
        MatMul.Prepare();
    }

    private static void Try()
    {
        try
        {
            Run();
        }
        catch (Exception)
        {
            // Whatever is wrong here, the training meets it as well, and tells it.
        }
    }

    // A network of the usual parts.
    private static void Train()
    {
        const int Rows = 8, Width = 4;
        var x = Input.Numbers("x", Width);
        var trunk = x.Dense(Width, new Relu());
        var model = new Model([x], [trunk.Dense(2).Named("set"), trunk.Dense(1).Named("number"), trunk.Dense(2).Named("category")]);
        using var trainer = model.Compile(new CompileOptions
        {
            Optimizer = new Adam(),
            Workers = 1,
            Outputs = { ["set"] = new(new BinaryCrossentropy(FromLogits: true)), ["number"] = new(new MeanSquaredError()), ["category"] = new(new SparseCategoricalCrossentropy(FromLogits: true)) },
        });
        var data = new Dataset(
            new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(new float[Rows * Width], Width) },
            new Dictionary<string, TargetColumn> { ["set"] = new(new float[Rows * 2], [2]), ["number"] = new(new float[Rows]), ["category"] = new(new float[Rows]) });
        trainer.Fit(data, new FitOptions { BatchSize = Rows, Validation = data });
    }
}
