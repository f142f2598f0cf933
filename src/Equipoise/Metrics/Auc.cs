using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Area under the ROC curve: the probability that a true label scores above a false one. 1 is perfect, 1/2 chance.</summary>
/// <remarks>
/// Exact by default: the Mann-Whitney statistic, equal scores counting one half; for the PR curve average precision. Labels that are always or never true say
/// nothing and are left out of the mean (0 if none is left). Classes given by index are taken one against the rest.
/// By thresholds: Keras's approximation from counts above {below 0, 1/(n − 1), ..., above 1}; there such labels count as 0.
/// </remarks>
public sealed record Auc : Metric
{
    /// <summary>How the area is computed.</summary>
    public AucMethod Method { get; init; }

    /// <summary>Which curve the area is under. Precision-recall gain is for thresholds only.</summary>
    public AucCurve Curve { get; init; }

    /// <summary>How the figures of several labels become one; micro ranks all labels together.</summary>
    public Averaging Average { get; init; } = Averaging.Macro;

    /// <summary>How high the curve is between thresholds.</summary>
    public AucSummation Summation { get; init; }

    /// <summary>How many thresholds, evenly from 0 to 1.</summary>
    public int NumThresholds { get; init; } = 200;

    /// <summary>The thresholds between 0 and 1, instead of even ones. Empty: even ones.</summary>
    public IReadOnlyList<double> Thresholds { get; init; } = [];

    /// <summary>Weight of each label. Empty: all 1.</summary>
    public IReadOnlyList<double> LabelWeights { get; init; } = [];

    /// <inheritdoc/>
    public override string Name => (Curve switch { AucCurve.Roc => "auc", AucCurve.Pr => "auc_pr", _ => "auc_prgain" })
        + (Average == Averaging.Macro ? "" : $"_{Average.ToString().ToLowerInvariant()}");

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override MetricState Start(int width)
    {
        if (LabelWeights.Count > 0 && LabelWeights.Count != width)
        {
            throw new ArgumentException($"Metric '{Name}': {LabelWeights.Count} label weights for predictions of width {width}.");
        }

        if (Method == AucMethod.Thresholds) return new ByThresholds(this, width);
        if (Curve == AucCurve.PrGain) throw new ArgumentException($"Metric '{Name}': the exact area is for the curves roc and pr. Set method: thresholds.");
        return new Exact(this, width);
    }

    private double WeightOf(int label) => LabelWeights.Count == 0 ? 1 : LabelWeights[label];

    private double Mean(int width, Func<int, double> weight, Func<int, double> area)
    {
        double sum = 0, all = 0;
        for (int label = 0; label < width; label++)
        {
            double share = WeightOf(label) * weight(label);
            if (share == 0) continue;
            sum += share * area(label);
            all += share;
        }

        return Labels.Ratio(sum, all);
    }

    private sealed class Exact(Auc metric, int width) : ScoreState(metric, width)
    {
        private readonly Auc _metric = metric;

        public override double Result
        {
            get
            {
                if (_metric.Average == Averaging.Micro) return Area(RankAll(_metric.WeightOf));
                Ranking[] rankings = [.. Enumerable.Range(0, Width).Select(Rank)];
                return _metric.Mean(Width, label => Weight(rankings[label]), label => Area(rankings[label]));
            }
        }

        public override double[]? PerLabel => Width == 1 ? null : [.. Enumerable.Range(0, Width).Select(label => Area(Rank(label)))];

        private double Weight(Ranking ranking) => ranking.Positives == 0 || ranking.Negatives == 0 ? 0 : _metric.Average == Averaging.Weighted ? ranking.Positives : 1;

        private double Area(Ranking ranking) => _metric.Curve == AucCurve.Roc ? ranking.Roc : ranking.AveragePrecision;
    }

    private sealed class ByThresholds : MetricState
    {
        private readonly Auc _metric;
        private readonly ThresholdCounts _counts;

        public ByThresholds(Auc metric, int width) : base(metric, width)
        {
            _metric = metric;
            int labels = metric.Average == Averaging.Micro ? 1 : width;
            double[] between = [.. metric.Thresholds.Order()];
            _counts = between.Length == 0
                ? ThresholdCounts.Even(Math.Max(metric.NumThresholds, 2), labels)
                : new ThresholdCounts([-Probability.Epsilon, .. between, 1 + Probability.Epsilon], even: false, labels);
        }

        public override double Result => _metric.Average == Averaging.Micro
            ? Area(0)
            : _metric.Mean(Width, label => _metric.Average == Averaging.Weighted ? _counts.Of(label).Positives : 1, Area);

        public override double[]? PerLabel => Width == 1 || _metric.Average == Averaging.Micro ? null : [.. Enumerable.Range(0, Width).Select(Area)];

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            bool pooled = _metric.Average == Averaging.Micro;
            for (int label = 0; label < prediction.Length; label++)
            {
                double own = pooled ? weight * _metric.WeightOf(label) : weight;
                _counts.Add(pooled ? 0 : label, prediction[label], Labels.Of(prediction, target, label), own);
            }
        }

        protected override void Clear() => _counts.Clear();

        protected override void Join(MetricState other) => _counts.Add(((ByThresholds)other)._counts);

        private double Area(int label)
        {
            var (truePositives, falsePositives, positives, negatives) = _counts.Of(label);
            double area = 0;
            for (int i = 0; i + 1 < truePositives.Length; i++)
            {
                area += _metric is { Curve: AucCurve.Pr, Summation: AucSummation.Interpolation }
                    ? Interpolated(truePositives[i], falsePositives[i], truePositives[i + 1], falsePositives[i + 1], positives)
                    : Strip(Point(truePositives[i], falsePositives[i], positives, negatives), Point(truePositives[i + 1], falsePositives[i + 1], positives, negatives));
            }

            return area;
        }

        private double Strip((double X, double Y) from, (double X, double Y) to) => (from.X - to.X) * _metric.Summation switch
        {
            AucSummation.Minoring => Math.Min(from.Y, to.Y),
            AucSummation.Majoring => Math.Max(from.Y, to.Y),
            _ => (from.Y + to.Y) / 2,
        };

        /// <summary>A point of the curve. Gains: 0 and 1 without true positives, and recall gain at least 0, as in Keras.</summary>
        private (double X, double Y) Point(double truePositives, double falsePositives, double positives, double negatives)
        {
            double recall = Labels.Ratio(truePositives, positives);
            if (_metric.Curve == AucCurve.Roc) return (Labels.Ratio(falsePositives, negatives), recall);
            if (_metric.Curve == AucCurve.Pr) return (recall, Labels.Ratio(truePositives, truePositives + falsePositives));
            if (truePositives == 0) return (0, 1);
            double odds = Labels.Ratio(positives, negatives);
            return (Math.Max(1 - odds * (positives - truePositives) / truePositives, 0), 1 - odds * falsePositives / truePositives);
        }

        /// <summary>Area under precision over recall between two thresholds if counts change linearly: slope (ΔTP + intercept log(P from / P to)) / positives.</summary>
        private static double Interpolated(double trueFrom, double falseFrom, double trueTo, double falseTo, double positives)
        {
            double from = trueFrom + falseFrom, to = trueTo + falseTo, gained = trueFrom - trueTo;
            double slope = Labels.Ratio(gained, from - to), intercept = trueTo - slope * to;
            double log = from > 0 && to > 0 ? Math.Log(from / to) : 0;
            return Labels.Ratio(slope * (gained + intercept * log), positives);
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Auc"/>.</summary>
    public static readonly Entry<Metric> Auc = Add("auc", "area under the ROC or precision-recall curve, exact or by thresholds", new Auc(),
        Setting<Metric>.Choice<Auc, AucCurve>("curve", "which curve", get: x => x.Curve, set: (x, v) => x with { Curve = v }),
        Setting<Metric>.Choice<Auc, Averaging>("average", "how the figures of several labels become one", get: x => x.Average, set: (x, v) => x with { Average = v }),
        Setting<Metric>.Choice<Auc, AucMethod>("method", "how the area is computed", get: x => x.Method, set: (x, v) => x with { Method = v }),
        Setting<Metric>.Choice<Auc, AucSummation>("summation", "thresholds: how high the curve is between them", get: x => x.Summation, set: (x, v) => x with { Summation = v }),
        Setting<Metric>.Integer<Auc>("num_thresholds", "thresholds: how many, evenly from 0 to 1", get: x => x.NumThresholds, set: (x, v) => x with { NumThresholds = v }, minimum: 2),
        Setting<Metric>.Numbers<Auc>("thresholds", "thresholds: those between 0 and 1, instead of even ones", get: x => x.Thresholds, set: (x, v) => x with { Thresholds = v }, minimum: 0, maximum: 1),
        Setting<Metric>.Numbers<Auc>("label_weights", "weight of each label", get: x => x.LabelWeights, set: (x, v) => x with { LabelWeights = v }, minimum: 0)).Alias("roc_auc");
}
