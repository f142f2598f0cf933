using Equipoise.Activations;
using Equipoise.Balancing;
using Equipoise.Constraints;
using Equipoise.Data;
using Equipoise.Engine.Randomness;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Large kernels are updated as soon as their gradient is there, with the bits of an update after all gradients, which a limit to their norm that is never reached brings about.</summary>
public sealed class LargeKernelTests
{
    private const int Rows = 150, Inputs = 300;

    public static TheoryData<string> Names => [.. OptimizerCatalog.Catalog.Names];

    [Theory, MemberData(nameof(Names))]
    public void Weights_and_account_are_those_of_an_update_after_all_gradients(string name)
    {
        var optimizer = OptimizerCatalog.Catalog.Find(name).Default with { WeightDecay = 0.01 };
        var want = Train(optimizer with { GlobalClipNorm = 1e30 }, 1, 40);
        Same(want, Train(optimizer, 1, 40), "with 1 worker");
        Same(want, Train(optimizer, 2, 40), "with 2 workers");
    }

    [Theory]
    [InlineData(5), InlineData(64), InlineData(150)]
    public void Batches_of_all_sizes_give_the_same(int batch)
    {
        var optimizer = new Adam(0.01);
        Same(Train(optimizer with { GlobalClipNorm = 1e30 }, 1, batch), Train(optimizer, 3, batch), $"with batches of {batch}");
    }

    [Theory]
    [InlineData("averaged"), InlineData("accumulated"), InlineData("constrained"), InlineData("frozen"), InlineData("half precision scale"), InlineData("balanced by losses"), InlineData("balanced by features"), InlineData("balanced by gradients"), InlineData("looked at")]
    public void So_does_whatever_else_happens_to_weights(string usage)
    {
        Optimizer optimizer = usage switch
        {
            "averaged" => new Adam(0.01) { AverageMomentum = 0.9 },
            "accumulated" => new Adam(0.01) { AccumulationSteps = 2 },
            "half precision scale" => new Adam(0.01) { LossScale = 8 },
            _ => new Adam(0.01),
        };
        // With accumulation there is no norm to limit; the update waits for all gradients in any case.
        var want = Train(usage == "accumulated" ? optimizer : optimizer with { GlobalClipNorm = 1e30 }, 1, 40, usage);
        Same(want, Train(optimizer, 2, 40, usage), usage);
    }

    [Fact]
    public void No_weight_moves_when_a_loss_is_no_number()
    {
        var model = Model();
        float[] before = WeightsOf(model);
        using var trainer = model.Compile(Options(new Adam(0.01), 2));
        var problem = Assert.Throws<DivergedException>(() => trainer.Fit(Data(badRow: 3), new FitOptions { BatchSize = Rows, Shuffle = false }));
        Assert.Equal("number", problem.Output);
        Assert.Equal([3], problem.Rows);
        Assert.Equal(before, WeightsOf(model));
    }

    private static void Same((float[] Weights, double[] Losses) want, (float[] Weights, double[] Losses) have, string when)
    {
        Assert.Equal(want.Losses, have.Losses);
        for (int i = 0; i < want.Weights.Length; i++) Assert.True(want.Weights[i].Equals(have.Weights[i]), $"Weight {i} is {have.Weights[i]:R}, not {want.Weights[i]:R}, {when}.");
    }

    private static (float[] Weights, double[] Losses) Train(Optimizer optimizer, int workers, int batch, string usage = "")
    {
        var model = Model(usage);
        using var trainer = model.Compile(Options(optimizer, workers, usage));
        if (usage == "frozen") trainer.Freeze("kind");
        var history = trainer.Fit(Data(), new FitOptions { Epochs = 2, BatchSize = batch });
        return (WeightsOf(model), [.. history.Epochs.Select(e => e.Training.Total)]);
    }

    private static float[] WeightsOf(Model model) => [.. model.Parameters.SelectMany(p => model.GetWeight(p.Name))];

    // Two wide kernels for all, one of an output alone, and narrow ones.
    internal static Model Model(string usage = "")
    {
        var x = Input.Numbers("x", Inputs);
        var features = new Dense(400) { Activation = new Relu(), KernelConstraint = usage == "constrained" ? new MaxNorm(0.5) : null }.Apply(x).Dense(280, new Tanh());
        return new Model([x], [features.Dense(1).Named("number"), features.Dense(300, new Relu()).Named("hidden").Dense(3).Named("kind")], 1);
    }

    internal static CompileOptions Options(Optimizer optimizer, int workers, string usage = "") => new()
    {
        Optimizer = optimizer,
        Workers = workers,
        Seed = 3,
        Balancer = usage switch { "balanced by losses" => new LogSum(), "balanced by features" or "balanced by gradients" => new UPGrad(), _ => new FixedWeights() },
        Scope = usage == "balanced by features" ? GradientView.SharedFeatures : GradientView.AllShared,
        Diagnose = usage == "looked at" ? 2 : 0,
        Outputs = { ["number"] = new Output(new MeanSquaredError()), ["kind"] = new Output(new SparseCategoricalCrossentropy(FromLogits: true), 0.5) },
    };

    internal static Dataset Data(int badRow = -1)
    {
        var random = new RandomStream(5);
        float[] Draw(string purpose, int count) => [.. Enumerable.Range(0, count).Select(i => (float)random.Derive(purpose).Normal((ulong)i))];
        float[] x = Draw("x", Rows * Inputs);
        if (badRow >= 0) x[badRow * Inputs] = float.PositiveInfinity;
        return new Dataset(
            new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(x, Inputs) },
            new Dictionary<string, TargetColumn> { ["number"] = new(Draw("number", Rows), [1]), ["kind"] = new([.. Enumerable.Range(0, Rows).Select(i => (float)random.Derive("kind").Below((ulong)i, 3))], [1]) });
    }
}
