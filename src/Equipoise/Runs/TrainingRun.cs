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
        using var session = new RunSession(data);
        using var writer = new RunWriter(session.Data, options, session.Keep);
        var history = session.Fit(writer, options);
        bool interrupted = options.Cancellation.IsCancellationRequested;
        var result = new RunResult(writer.Folder, session.Data, history, writer.BestEpoch, null, null, null, interrupted, session.Data.Notes) { Profile = session.Trainer.Profile };
        if (writer.Folder is null || interrupted) return result;
        if (writer.BestEpoch != history.Epochs[^1].Epoch) session.Model.LoadWeights(Path.Combine(writer.Folder, RunFiles.Best));
        using var judge = session.Judge();
        var train = judge.Evaluate(data.Train);
        var (valid, validLabels) = data.Valid is null ? (null, []) : LabelTable.Evaluate(judge, session.Data.Config, session.Data.Encoders, data.Valid);
        var (test, testLabels) = data.Test is null ? (null, []) : LabelTable.Evaluate(judge, session.Data.Config, session.Data.Encoders, data.Test);
        result = result with { Train = train, Valid = valid, Test = test };
        writer.WriteMetrics(result);
        writer.WriteLabels(validLabels, testLabels);
        return result;
    }
}
