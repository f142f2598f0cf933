using System.Globalization;
using Equipoise.Balancing;
using Equipoise.Configs;

namespace Equipoise.Trials;

/// <summary>Trains variants with several seeds on the same rows and says which is better, if that can be said.</summary>
/// <remarks>
/// Every difference is paired twice: trials of one seed begin alike, and all are judged on the same validation rows. See <see cref="PairedDifference"/> for the interval. The variant with the best mean is the winner if it is better than
/// each other one with an interval that excludes 0, all intervals together holding with 95 % (Bonferroni). Validation rows also choose the best epoch of a trial and the tuned weights, so the figures themselves are
/// a little too good, in every variant; the test part is not touched unless asked for.
/// </remarks>
public sealed class Comparison
{
    private const string TunedName = "fixed, tuned";

    private readonly TrialRunner _runner;
    private readonly ComparisonPlan _plan;
    private readonly IReadOnlyList<JudgedFigure> _figures;
    private readonly List<JudgedFigure> _scored;               // the judged ones, then those of outputs alone
    private readonly Action<TrialNote>? _progress;
    private readonly CancellationToken _cancellation;
    private int _done;
    private int _all;

    private Comparison(TrialRunner runner, ComparisonPlan plan, Action<TrialNote>? progress, CancellationToken cancellation)
    {
        (_runner, _plan, _progress, _cancellation) = (runner, plan, progress, cancellation);
        var config = runner.Data.Config;
        string[] by = plan.By.Count > 0 ? [.. plan.By] : [config.Training.Keep];
        if (plan.By.Count == 0 && !config.Outputs.Any(o => (o.Metrics ?? []).Any(m => $"{o.Name}.{m.Name}" == by[0])))
            throw new ConfigException($"What shall variants be judged by? Name a metric with --by, since 'keep' is '{by[0]}', a loss, which variants may change. Metrics: {string.Join(", ", config.Outputs.SelectMany(o => (o.Metrics ?? []).Select(m => $"{o.Name}.{m.Name}")))}.");
        _figures = [.. by.Select(text => JudgedFigure.Parse(text, config))];
        _scored = [.. _figures];
    }

    /// <summary>Carries a plan out.</summary>
    /// <param name="runner">The config and its data.</param>
    /// <param name="plan">The plan; with fewer than two variants the config as it is comes first.</param>
    /// <param name="progress">Called after each trial.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ConfigException">A variant or a figure does not make sense; told before the first trial.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ComparisonResult Run(TrialRunner runner, ComparisonPlan plan, Action<TrialNote>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(plan);
        return new Comparison(runner, plan, progress, cancellation).Run();
    }

    private ComparisonResult Run()
    {
        var config = _runner.Data.Config;
        var variants = _plan.Variants.ToList();
        if (variants.Count + (_plan.Tune ? 1 : 0) < 2) variants.Insert(0, new Variant("as it is", []));
        foreach (var twice in variants.GroupBy(v => v.Name).Where(g => g.Count() > 1)) throw new ConfigException($"Two variants are called '{twice.Key}'. Give each a name of its own: --variant NAME:path=value.");
        foreach (var variant in variants) _runner.Prepare(variant);
        if (_plan.Alone && config.Outputs.Count < 2) throw new ConfigException("The config has one output, so it is trained alone already. Leave --alone out.");
        JudgedFigure[] figures = _plan.Alone ? [.. config.Outputs.Select(AloneFigure)] : [];
        Variant[] alone = [.. figures.Select((figure, k) => Alone(config, k, figure))];
        foreach (var variant in alone) _runner.Prepare(variant);
        _scored.AddRange(figures);
        int[] seeds = [.. Enumerable.Range(config.Training.Seed, _plan.Seeds)];
        string[] weighed = [.. config.Outputs.Where(o => o.Weight > 0).Select(o => o.Name)];
        var grid = _plan.Tune ? WeightGrid.Factors(weighed.Length, _plan.Budget) : [];
        _all = grid.Count + ((variants.Count + (_plan.Tune ? 1 : 0) + alone.Length) * seeds.Length);

        TuningReport? tuning = null;
        if (_plan.Tune)
        {
            tuning = Tune(weighed, grid, seeds[^1] + 1);
            variants.Add(WeightGrid.Variant(TunedName, config, tuning.Weights));
        }
        var trials = variants.Select(_ => new List<ScoredTrial>()).ToList();
        var single = alone.Select(_ => new List<ScoredTrial>()).ToList();
        foreach (int seed in seeds)
        {
            for (int v = 0; v < variants.Count; v++) trials[v].Add(Train(variants[v], seed));
            for (int k = 0; k < alone.Length; k++) single[k].Add(Train(alone[k], seed, _figures.Count + k));
        }
        VariantSummary[] summaries = [.. variants.Select((v, i) => new VariantSummary(v, [.. trials[i].Select(Summary)], v.Name == TunedName && tuning is not null ? Describe(tuning) : null))];
        return new ComparisonResult(seeds, _runner.Data.Valid!.Rows, summaries, [.. _figures.Select((_, f) => Judge(f, summaries, trials))], tuning,
            [.. alone.Select((_, k) => Transfer(config.Outputs[k].Name, _figures.Count + k, trials[0], single[k], alone.Length))]);
    }

    // The figure is the one that is told.
    private ScoredTrial Train(Variant variant, int seed, int figure = 0)
    {
        var result = _runner.Run(new Trial(variant, seed), new TrialOptions { KeepRows = true, Test = _plan.Test, Epochs = _plan.Epochs, Cancellation = _cancellation });
        var scored = new ScoredTrial(result, _scored);
        _progress?.Invoke(new TrialNote(++_done, _all, variant.Name, seed, scored.Value(figure), result.Seconds, result.Fault));
        return scored;
    }

    private TuningReport Tune(string[] outputs, IReadOnlyList<double[]> grid, int seed)
    {
        var config = _runner.Data.Config;
        var best = new Dictionary<string, double>();
        double bestValue = double.NaN, seconds = 0;
        foreach (double[] factors in grid)
        {
            var weights = outputs.Select((name, k) => (name, weight: Math.Round(config.Outputs.First(o => o.Name == name).Weight * factors[k], 12))).ToDictionary(w => w.name, w => w.weight, StringComparer.Ordinal);
            var trial = Train(WeightGrid.Variant($"weights {string.Join(", ", weights.Values.Select(w => w.ToString("G3", CultureInfo.InvariantCulture)))}", config, weights), seed);
            seconds += trial.Seconds;
            double value = trial.Value(0);
            if (best.Count > 0 && !(_figures[0].Gain(value, bestValue) > 0) && !(double.IsNaN(bestValue) && !double.IsNaN(value))) continue;
            (best, bestValue) = (weights, value);
        }
        return new TuningReport(best, grid.Count, seconds, _figures[0].Text, bestValue);
    }

    private FigureVerdict Judge(int figure, VariantSummary[] variants, List<List<ScoredTrial>> trials)
    {
        var judged = _figures[figure];
        double confidence = 1 - ((1 - _plan.Confidence) / Math.Max(1, variants.Length - 1));
        int[] finished = [.. Enumerable.Range(0, variants.Length).Where(v => !double.IsNaN(variants[v].Mean(figure)))];
        if (finished.Length == 0) return new FigureVerdict(judged, null, null, "no variant has a figure: all trials diverged, or no validation row has a label", [], confidence);
        // One that diverged in some seed is not called best while another never did.
        int best = finished.OrderBy(v => variants[v].Fault is null ? 0 : 1).ThenByDescending(v => judged.Gain(variants[v].Mean(figure), 0)).First();
        PairedDifference[] differences = [.. Enumerable.Range(0, variants.Length).Where(v => v != best).Select(v => Difference(figure, trials[best], trials[v], confidence))];
        string name = variants[best].Variant.Name;
        string? reason = variants[best].Fault is not null ? "the best one diverged in some seeds"
            : variants.Length < 2 ? "there is nothing to compare it with"
            : finished.Length < 2 ? "no other variant finished"
            : _plan.Seeds < 2 ? "one seed says nothing about others; give at least --seeds 2"
            : differences.Where(d => d.Seeds > 0).FirstOrDefault(d => !(judged.Gain(d.Low, 0) > 0 && judged.Gain(d.High, 0) > 0)) is { } near ? $"the interval of {name} − {near.Second} holds 0"
            : null;
        return new FigureVerdict(judged, name, reason is null ? name : null, reason ?? "every interval excludes 0", differences, confidence);
    }

    private PairedDifference Difference(int figure, List<ScoredTrial> first, List<ScoredTrial> second, double confidence)
    {
        (ScoredTrial One, ScoredTrial Other)[] pairs = [.. first.Zip(second).Where(p => p.First.Fault is null && p.Second.Fault is null && double.IsFinite(p.First.Value(figure) - p.Second.Value(figure)))];
        var resampled = new double[pairs.Length == 0 ? 0 : _plan.Resamples];
        foreach (var (one, other) in pairs)
        {
            double[] a = one.Resampled(figure, _plan.Resamples), b = other.Resampled(figure, _plan.Resamples);
            for (int r = 0; r < resampled.Length; r++) resampled[r] += (a[r] - b[r]) / pairs.Length;
        }
        return PairedDifference.Of(first[0].Variant, second[0].Variant, [.. pairs.Select(p => p.One.Value(figure) - p.Other.Value(figure))], resampled, confidence, _runner.Data.Valid!.Rows);
    }

    // Only the one output trains; parameters, initial weights and order of rows are as in the training of all.
    private static Variant Alone(Config config, int output, JudgedFigure figure)
    {
        var weights = config.Outputs.Select((o, k) => (o.Name, Weight: k != output ? 0 : o.Weight > 0 ? o.Weight : 1)).ToDictionary(o => o.Name, o => o.Weight, StringComparer.Ordinal);
        var variant = WeightGrid.Variant($"{config.Outputs[output].Name} alone", config, weights);
        // What the best epoch is kept by must be a figure of this output.
        string keep = (config.Outputs[output].Metrics ?? []).Any(m => m == figure.Terms[0].Metric) ? figure.Text : "total";
        var changes = variant.Changes.ToList();
        if (config.Training.Keep is not ("total" or "loss") && !config.Training.Keep.StartsWith($"{config.Outputs[output].Name}.", StringComparison.Ordinal)) changes.Add(new ConfigChange("training.keep", keep));
        if (config.Training.EarlyStopping is { } stop && (stop.Monitor is not null || stop.Watch.Count > 0))
            changes.Add(new ConfigChange("training.early_stopping", string.Create(CultureInfo.InvariantCulture, $"{{patience: {stop.Patience}, least_change: {stop.LeastChange}, monitor: {keep}}}")));
        if (config.Training.ReduceLearningRate is { Monitor: not null }) changes.Add(new ConfigChange("training.reduce_learning_rate.monitor", keep));
        return variant with { Changes = changes };
    }

    // The judged metric of an output, else its first one.
    private JudgedFigure AloneFigure(OutputConfig output)
        => _figures.FirstOrDefault(f => f.Terms.Count == 1 && f.Terms[0].Output == output.Name && f.Text == $"{output.Name}.{f.Terms[0].Metric.Name}")
            ?? JudgedFigure.Parse($"{output.Name}.{(output.Metrics is { Count: > 0 } own ? own[0].Name : throw new ConfigException($"Output '{output.Name}' has no metric, so it cannot be said whether it is better alone. Give it one, or leave --alone out."))}", _runner.Data.Config);

    private TransferFinding Transfer(string output, int figure, List<ScoredTrial> together, List<ScoredTrial> alone, int outputs)
    {
        var judged = _scored[figure];
        var difference = Difference(figure, together, alone, 1 - ((1 - _plan.Confidence) / outputs));
        string verdict = !difference.IsClear ? "no difference beyond chance" : judged.Gain(difference.Mean, 0) > 0 ? "positive transfer" : "negative transfer";
        return new TransferFinding(output, judged, Mean(together), Mean(alone), difference, verdict);

        double Mean(List<ScoredTrial> trials) => trials.Where(t => t.Fault is null).Select(t => t.Value(figure)).DefaultIfEmpty(double.NaN).Average();
    }

    private TrialSummary Summary(ScoredTrial trial) => new(trial.Seed, [.. _figures.Select((_, f) => trial.Value(f))], trial.Test?[.._figures.Count], trial.BestEpoch, trial.Epochs, trial.Seconds, trial.Fault);

    private static string Describe(TuningReport tuning)
        => string.Create(CultureInfo.InvariantCulture, $"weights {string.Join(", ", tuning.Weights.Select(w => $"{w.Key} {w.Value:G4}"))}: the best of {tuning.Trials} by {tuning.Figure}, searched with one seed in {tuning.Seconds:0.0} s of training");
}
