using Equipoise.Configs;
using Equipoise.Ledger;
using Equipoise.Models;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>Trains variants of a config with several seeds, quietly and on the same rows. The data are read once, and encoded once for all variants that encode them alike.</summary>
/// <remarks>
/// Every trial has the same split; trials of one seed begin with the same numbers in all parameters of the same name and shape, and see the rows in the same order. A trial gives the same figures
/// as training the changed config with that seed. The best epoch is kept in memory, by <c>training.keep</c>. Several threads may call <see cref="Run"/>; a config's <c>workers</c> holds for each trial.
/// </remarks>
public sealed class TrialRunner
{
    private readonly RunSource _source;
    private readonly Dictionary<Variant, RunData> _prepared = [];
    private readonly Lock _lock = new();

    /// <summary>Reads the data of a config.</summary>
    /// <param name="config">The config.</param>
    /// <param name="cache">See <see cref="RunData.Read"/>.</param>
    /// <exception cref="ConfigException">The config does not fit the data, or leaves no validation part to judge by.</exception>
    /// <exception cref="Data.DataException">The data cannot be read.</exception>
    public TrialRunner(Config config, Data.DataCache? cache = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        _source = RunSource.Read(config, cache);
        Data = _source.Encode(config);
        if (Data.Valid is null) throw new ConfigException("There is no validation part that variants could be judged by. Give some rows to 'valid' in 'split'.");
    }

    /// <summary>The config that variants are variants of.</summary>
    public Config Config { get; }

    /// <summary>The data, with the completed config as it is.</summary>
    public RunData Data { get; }

    /// <summary>Completes a variant, encodes the data for it where they are not, and makes its model once, so that whatever is wrong with it is told before the first trial.</summary>
    /// <exception cref="ConfigException">The variant does not make sense, or does not fit the data.</exception>
    /// <exception cref="ModelException">The layers do not fit.</exception>
    public RunData Prepare(Variant variant)
    {
        ArgumentNullException.ThrowIfNull(variant);
        lock (_lock)
        {
            if (_prepared.TryGetValue(variant, out var known)) return known;
            var data = variant.Changes.Count == 0 ? Data : _source.Encode(variant.Apply(Config));
            using (new RunSession(data)) return _prepared[variant] = data;
        }
    }

    /// <summary>Trains one variant with one seed.</summary>
    /// <exception cref="ConfigException">The variant does not make sense, or does not fit the data.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TrialResult Run(Trial trial, TrialOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trial);
        options ??= new TrialOptions();
        var prepared = Prepare(trial.Variant);
        var training = prepared.Config.Training with { Seed = trial.Seed };
        if (options.Epochs is { } epochs) training = training with { Epochs = epochs };
        var data = prepared with { Config = Written(prepared.Config, training, options) with { Training = training } };
        using var session = new RunSession(data);
        var run = new RunOptions { Root = options.Runs ?? "", Callbacks = [new Hook(trial, training.Epochs, options), .. options.Callbacks], Cancellation = options.Cancellation };
        using var writer = options.Runs is null ? null : new RunWriter(session.Data, run, session.Keep);
        var best = new BestWeights(new BestEpoch(session.Keep), writer);
        try
        {
            var history = session.Fit(best, run);
            options.Cancellation.ThrowIfCancellationRequested();
            best.Restore(session.Model);
            using var judge = session.Judge();
            var (valid, rows) = judge.EvaluateRows(data.Valid!);
            var (test, testRows) = options.Test && data.Test is not null ? judge.EvaluateRows(data.Test) : default;
            writer?.WriteMetrics(new RunResult(writer.Folder, session.Data, history, best.Epoch, judge.Evaluate(data.Train), valid, test, false, session.Data.Notes));
            return new TrialResult(trial, session.Data, history, best.Epoch, valid, test, history.Epochs.Sum(e => e.Seconds), null) { Rows = options.KeepRows ? rows : null, TestRows = options.KeepRows ? testRows : null, Folder = writer?.Folder };
        }
        catch (DivergedException fault)
        {
            return new TrialResult(trial, session.Data, null, 0, null, null, session.Trainer.Ledger.Epochs.Sum(e => e.Seconds), fault.Message) { Folder = writer?.Folder };
        }
    }

    // What a run folder gets as its config: with the seed and the epochs of the trial.
    private static Config Written(Config config, TrainingConfig training, TrialOptions options)
    {
        if (options.Runs is null || config.Text.Length == 0) return config;
        string text = ConfigEdit.Set(config.Text, "training.seed", training.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (options.Epochs is { } epochs) text = ConfigEdit.Set(text, "training.epochs", epochs.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return config with { Text = text };
    }

    private sealed class Hook(Trial trial, int epochs, TrialOptions options) : Callback
    {
        public override void EpochEnds(Trainer trainer, EpochEntry epoch)
        {
            if (options.AfterEpoch?.Invoke(new TrialEpoch(trial, epoch, epochs)) is { } reason) trainer.Stop(reason);
        }
    }

    // Keeps the weights of the best epoch, and hands on to the writer of a run folder, if there is one.
    private sealed class BestWeights(BestEpoch best, RunWriter? writer) : Callback
    {
        private float[] _values = [];

        public int Epoch => best.Epoch;

        public override void FitBegins(Trainer trainer, FitOptions options) => writer?.FitBegins(trainer, options);

        public override void EpochEnds(Trainer trainer, EpochEntry epoch)
        {
            writer?.EpochEnds(trainer, epoch);
            if (!best.Offer(epoch)) return;
            if (_values.Length == 0) _values = new float[trainer.Model.Store.Values.Length];
            trainer.Model.Store.Values.CopyTo(_values, 0);
        }

        public void Restore(Model model)
        {
            _values.CopyTo(model.Store.Values, 0);
            model.Store.Touch();
        }
    }
}
