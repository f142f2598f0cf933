using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Models;
using Equipoise.Training;

namespace Equipoise.Runs;

/// <summary>A training run from a config: reads the data, makes the model, trains it, keeps the best epoch, and looks at the test part at the end.</summary>
public static class TrainingRun
{
    /// <summary>Trains and writes a run folder.</summary>
    /// <exception cref="ConfigException">The config does not fit the data.</exception>
    /// <exception cref="Data.DataException">The data cannot be read.</exception>
    /// <exception cref="ModelException">The layers do not fit.</exception>
    /// <exception cref="DivergedException">A loss is no longer a number; the run folder keeps the last complete epoch, if there is one.</exception>
    public static RunResult Start(Config config, RunOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Start(RunData.Read(config), options);
    }

    /// <summary>Trains on data that are read already.</summary>
    public static RunResult Start(RunData data, RunOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new RunOptions();
        var config = data.Config;
        var notes = new List<string>(data.Notes);
        var model = Build(data, notes);
        data = data with { Notes = notes };
        using var trainer = model.Compile(RunModel.Options(config, data.Encoders));
        var problems = new Problems();
        var keep = Monitor.Find(config.Training.Keep, config, config.Training, "keep", problems)!;
        using var writer = new RunWriter(data, options, keep);
        // The writer comes first: whoever else is called at the end of an epoch may rely on its files.
        var callbacks = new List<Callback> { writer };
        if (config.Training.EarlyStopping is { } stop)
        {
            var monitor = stop.Monitor is null ? keep : Monitor.Find(stop.Monitor, config, stop, "monitor", problems)!;
            callbacks.Add(new EarlyStopping(monitor.Name, stop.Patience, stop.LeastChange, restoreBest: false, monitor.HigherIsBetter));
        }
        callbacks.AddRange(options.Callbacks);
        var history = trainer.Fit(data.Train, new FitOptions
        {
            Epochs = config.Training.Epochs,
            BatchSize = config.Training.Batch,
            BucketBy = config.Training.BucketBy,
            Validation = data.Valid,
            Callbacks = callbacks,
            Cancellation = options.Cancellation,
            Profile = options.Profile,
        });
        bool interrupted = options.Cancellation.IsCancellationRequested;
        if (writer.Folder is null || interrupted) return new RunResult(writer.Folder, data, history, writer.BestEpoch, null, null, null, interrupted, notes) { Profile = trainer.Profile };
        if (writer.BestEpoch != history.Epochs[^1].Epoch) model.LoadWeights(Path.Combine(writer.Folder, RunFiles.Best));
        using var judge = model.Compile(RunModel.Options(config, data.Encoders, evaluation: true));
        var result = new RunResult(writer.Folder, data, history, writer.BestEpoch,
            judge.Evaluate(data.Train), data.Valid is null ? null : judge.Evaluate(data.Valid), data.Test is null ? null : judge.Evaluate(data.Test), false, notes) { Profile = trainer.Profile };
        writer.WriteMetrics(result);
        return result;
    }

    // A setting that only its layer can judge is the config's fault all the same.
    private static Model Build(RunData data, List<string> notes)
    {
        try
        {
            return RunModel.Build(data.Config, data.Encoders, notes);
        }
        catch (ArgumentException fault)
        {
            throw new ConfigException(fault.Message);
        }
    }
}
