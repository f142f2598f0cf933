using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Models;
using Equipoise.Training;

namespace Equipoise.Runs;

/// <summary>The model of a run's data and its trainer, and one call of fit as the config says. What becomes of the epochs is the business of callbacks.</summary>
internal sealed class RunSession : IDisposable
{
    /// <summary>Makes the model.</summary>
    /// <exception cref="ConfigException">A setting does not fit its layer.</exception>
    /// <exception cref="ModelException">The layers do not fit.</exception>
    public RunSession(RunData data)
    {
        var notes = new List<string>(data.Notes);
        Model = Build(data, notes);
        Data = data with { Notes = notes };
        Trainer = Model.Compile(RunModel.Options(data.Config, data.Encoders));
        Keep = Monitor.Find(data.Config.Training.Keep, data.Config, data.Config.Training, "keep", new Problems())!;
    }

    /// <summary>The data, with what was chosen for the model among the notes.</summary>
    public RunData Data { get; }

    public Model Model { get; }

    public Trainer Trainer { get; }

    /// <summary>What the best epoch is kept by.</summary>
    public Monitor Keep { get; }

    /// <summary>Trains.</summary>
    /// <param name="writer">Called first at the end of an epoch: whoever else is called may rely on what it wrote.</param>
    /// <param name="options">Further callbacks, cancellation, profile.</param>
    /// <exception cref="DivergedException">A loss is no longer a number.</exception>
    public History Fit(Callback writer, RunOptions options)
    {
        var config = Data.Config;
        return Trainer.Fit(Data.Train, new FitOptions
        {
            Epochs = config.Training.Epochs,
            BatchSize = config.Training.Batch,
            BucketBy = config.Training.BucketBy,
            Validation = Data.Valid,
            Callbacks = [writer, .. RunCallbacks.Of(config, Keep, options.Time), .. options.Callbacks],
            Cancellation = options.Cancellation,
            Profile = options.Profile,
        });
    }

    /// <summary>A trainer that only evaluates, under the weights of the config.</summary>
    public Trainer Judge() => Model.Compile(RunModel.Options(Data.Config, Data.Encoders, evaluation: true));

    public void Dispose() => Trainer.Dispose();

    // A setting that only its layer can judge is the config's fault all the same.
    private static Model Build(RunData data, List<string> notes)
    {
        try
        {
            return RunModel.Build(data.Config, data.Encoders, notes);
        }
        catch (ArgumentException fault)
        {
            throw new ConfigException(data.Config.Label is { } label ? $"{label}: {fault.Message}" : fault.Message);
        }
    }
}
