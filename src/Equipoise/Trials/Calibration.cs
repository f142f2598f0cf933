using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Ledger;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>Finds fixed weights by a rule: trains briefly, looks at raw losses and gradients, and tries the weights that follow from them.</summary>
/// <remarks>
/// Let L be an output's mean raw loss in the last quarter of a brief training, g the mean length of its gradient in the shared layers, T the raw loss of the best constant prediction, all means over the seeds.
/// equal contribution: w ∝ 1 / L; equal gradient: w ∝ 1 / g; relative to trivial: w = 1 / T; shares s: w ∝ s / L. All weights are then multiplied by one number so that Σ w L stays what it was, and rounded to three digits.
/// Since outputs learn faster with larger weights, L and g change with w: the proposal is tried, and mended by what it led to, until the rule holds within a factor of <see cref="Near"/> or the rounds are used up; the
/// round that came nearest counts. Both it and the weights of the config are judged on the validation part, by every metric and with the same seeds. Weights of a balancer are no matter here: all trainings have fixed weights.
/// </remarks>
public sealed class Calibration
{
    /// <summary>The rule holds when its largest figure is at most so many times its smallest.</summary>
    public const double Near = 1.25;

    private const double Confidence = 0.95;

    private readonly RunData _data;
    private readonly CalibrationPlan _plan;
    private readonly string[] _outputs;
    private readonly int[] _seeds;
    private readonly int _steps;
    private readonly Action<string>? _progress;
    private readonly CancellationToken _cancellation;
    private double[] _trivial = [];
    private double _seconds;

    // By seed, then by output.
    private sealed record Measured(Dictionary<string, double> Weights, double[][] Raw, double[][] Gradients, double[] Start, double[] Contributions, double Penalties, IReadOnlyList<MetricValue>[] Metrics)
    {
        public double[] MeanRaw => Mean(Raw);

        public double[] MeanGradients => Mean(Gradients);

        public double Total => Contributions.Sum() + Penalties;

        private static double[] Mean(double[][] bySeed) => [.. Enumerable.Range(0, bySeed[0].Length).Select(k => bySeed.Average(s => s[k]))];
    }

    private Calibration(RunData data, CalibrationPlan plan, Action<string>? progress, CancellationToken cancellation)
    {
        (_data, _plan, _progress, _cancellation) = (data, plan, progress, cancellation);
        _outputs = [.. data.Config.Outputs.Where(o => o.Weight > 0).Select(o => o.Name)];
        if (_outputs.Length < 2) throw new ConfigException($"There {(_outputs.Length == 0 ? "is no output with a weight above 0" : $"is only one output with a weight above 0, '{_outputs[0]}'")}, so there is nothing to weigh against anything.");
        CheckShares();
        _seeds = [.. Enumerable.Range(data.Config.Training.Seed, plan.Seeds)];
        int perEpoch = (data.Train.Rows + data.Config.Training.Batch - 1) / data.Config.Training.Batch;
        _steps = plan.Epochs is { } epochs ? epochs * perEpoch : plan.Steps;
    }

    /// <summary>Carries a plan out.</summary>
    /// <param name="data">The data, with the completed config; its weights are where the search begins.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="progress">Told after each training.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ConfigException">The rule cannot be followed: shares of unknown outputs, losses that are not above 0, outputs that share nothing.</exception>
    /// <exception cref="DivergedException">A loss is no longer a number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CalibrationResult Run(RunData data, CalibrationPlan plan, Action<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(plan);
        return new Calibration(data, plan, progress, cancellation).Run();
    }

    private CalibrationResult Run()
    {
        _trivial = Trivial();
        var before = Measure(_data.Config.Outputs.Where(o => o.Weight > 0).ToDictionary(o => o.Name, o => o.Weight, StringComparer.Ordinal), "weights of the config");
        double total = before.Contributions.Sum();
        Measured? best = null;
        var last = before;
        int round = 0;
        do
        {
            round++;
            var weights = Propose(last.MeanRaw, last.MeanGradients, total);
            last = Measure(_outputs.Select((o, k) => (o, weights[k])).ToDictionary(w => w.o, w => Rounded(w.Item2), StringComparer.Ordinal), $"proposal {round}");
            if (best is null || Spread(last) < Spread(best)) best = last;
        }
        while (round < _plan.Rounds && _plan.Rule != CalibrationRule.RelativeToTrivial && Spread(best) > Near);

        double[][] bySeed = [.. _seeds.Select((_, s) => Propose(best.Raw[s], best.Gradients[s], total))];
        var outputs = _outputs.Select((o, k) =>
        {
            // What a seed alone would have given, seen from the weights that were tried.
            double[] alone = [.. bySeed.Select(w => Rounded(w[k])).Append(best.Weights[o])];
            return new OutputCalibration(o, _trivial[k], before.Start[k], Of(before, k), best.Weights[o], alone.Min(), alone.Max(), Of(best, k));
        });
        return new CalibrationResult(_plan.Rule, _seeds, BriefTraining.WindowStart(_steps) + 1, _steps, round, _seconds, [.. outputs], before.Penalties, best.Penalties)
        {
            Effects = [.. before.Metrics[0].Select((m, i) => Effect(m, [.. before.Metrics.Select(s => s[i].Value)], [.. best.Metrics.Select(s => s[i].Value)]))],
        };
    }

    private static CalibrationEffect Effect(MetricValue metric, double[] before, double[] after)
    {
        double[] apart = [.. after.Zip(before, (a, b) => a - b).Where(double.IsFinite)];
        return new CalibrationEffect(metric.Output, metric.Name, metric.HigherIsBetter, before.Average(), after.Average(), PairedDifference.Of("after", "before", apart, [], Confidence, 2));
    }

    private OutputMeasure Of(Measured measured, int k)
        => new(measured.MeanRaw[k], measured.Weights[_outputs[k]], measured.Contributions[k], measured.Contributions[k] / measured.Total, measured.MeanGradients[k]);

    private Measured Measure(Dictionary<string, double> weights, string name)
    {
        var trainings = new List<BriefTraining>();
        foreach (int seed in _seeds)
        {
            trainings.Add(BriefTraining.Run(_data, seed, weights, _steps, _cancellation));
            _seconds += trainings[^1].Seconds;
            _progress?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{name}, seed {seed}: {_steps} steps [{trainings[^1].Seconds:0.0} s]"));
        }
        double[][] PerOutput(Func<BriefTraining, string, double> figure) => [.. trainings.Select(t => _outputs.Select(o => figure(t, o)).ToArray())];
        return new Measured(weights, PerOutput((t, o) => t.Window[o].RawLoss), PerOutput((t, o) => t.Gradients?.Norms.FirstOrDefault(n => n.Output == o)?.Norm ?? double.NaN),
            [.. _outputs.Select(o => trainings.Average(t => t.Start[o].RawLoss))], [.. _outputs.Select(o => trainings.Average(t => t.Window[o].Contribution))], trainings.Average(t => t.Window.PenaltySum),
            [.. trainings.Select(t => t.Metrics)]);
    }

    private double[] Propose(double[] raw, double[] gradients, double total)
    {
        double[] weights = [.. _outputs.Select((o, k) => Wanted(o) / Figure(o, k, raw, gradients))];
        double scale = total / weights.Zip(raw, (w, l) => w * l).Sum();
        return [.. weights.Select(w => w * scale)];
    }

    // How far the rule is from being kept: largest of what it wants to be equal, by the smallest.
    private double Spread(Measured measured)
        => CalibrationResult.Ratio(_outputs.Select((o, k) => measured.Weights[o] * Figure(o, k, measured.MeanRaw, measured.MeanGradients) / Wanted(o)));

    private double Wanted(string output) => _plan.Rule == CalibrationRule.Shares ? _plan.Shares[output] : 1;

    private double Figure(string output, int k, double[] raw, double[] gradients)
    {
        var (figure, what) = _plan.Rule switch
        {
            CalibrationRule.EqualGradient => (gradients[k], "the length of its gradient in the shared layers"),
            CalibrationRule.RelativeToTrivial => (_trivial[k], "the loss of the best constant prediction"),
            _ => (raw[k], "its raw loss"),
        };
        if (figure > 0 && double.IsFinite(figure)) return figure;
        string other = _plan.Rule == CalibrationRule.EqualGradient ? "If it shares no layer with the others, use --rule equal_contribution." : "Use --rule equal_gradient.";
        throw new ConfigException($"Output '{output}' cannot be weighed by this rule: {what} is {figure.ToString("G4", CultureInfo.InvariantCulture)}, but must be above 0. {other}");
    }

    private double[] Trivial()
    {
        var options = RunModel.Options(_data.Config, _data.Encoders);
        using var session = new RunSession(_data);
        return [.. _outputs.Select(o => TrivialPrediction.Loss(session.Model.Outputs.First(m => m.Name == o), options.Outputs[o], options.Divisor, _data.Train.Targets[o], _data.Train.RowWeights))];
    }

    private void CheckShares()
    {
        if (_plan.Rule != CalibrationRule.Shares) return;
        foreach (string name in _plan.Shares.Keys.Where(n => !_outputs.Contains(n))) throw new ConfigException($"There is no output '{name}' with a weight above 0 to give a share to. {Suggestion.Advice(name, _outputs)}");
        string[] missing = [.. _outputs.Where(o => !_plan.Shares.ContainsKey(o))];
        if (missing.Length > 0) throw new ConfigException($"No share is given for {string.Join(", ", missing.Select(m => $"'{m}'"))}. Every output with a weight needs one: --shares {string.Join(",", _outputs.Select(o => $"{o}=1"))}.");
    }

    private static double Rounded(double weight) => double.Parse(weight.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
