using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean over classes of intersection over union of predicted and true items.</summary>
/// <remarks>
/// TP / (TP + FP + FN) of each class; classes that are neither predicted nor true are left out (<see cref="Jaccard"/> counts them as 0).
/// The prediction is the largest number; targets are class indices or one-hot rows, an index outside of the classes is not counted. With predictions of width 1 there are
/// two classes, no and yes, and yes is a probability of at least the threshold (at, not above: as in Keras).
/// </remarks>
public sealed record MeanIoU : Metric
{
    /// <summary>The classes that count; empty: all.</summary>
    public IReadOnlyList<int> TargetClasses { get; init; } = [];

    /// <summary>For predictions of width 1: the least probability that means yes.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <inheritdoc/>
    public override string Name => "mean_iou";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override MetricState Start(int width) => new Running(this, width);

    private sealed class Running(MeanIoU metric, int width) : MetricState(metric, width)
    {
        private readonly MeanIoU _metric = metric;
        private readonly double[] _both = new double[Math.Max(width, 2)];
        private readonly double[] _either = new double[Math.Max(width, 2)];

        public override double Result
        {
            get
            {
                IEnumerable<int> classes = _metric.TargetClasses.Count > 0 ? _metric.TargetClasses : Enumerable.Range(0, _both.Length);
                int[] present = [.. classes.Where(label => _either[label] > 0)];
                return present.Length == 0 ? 0 : present.Average(label => _both[label] / _either[label]);
            }
        }

        public override double[] PerLabel => [.. _both.Zip(_either, Labels.Ratio)];

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            int predicted = Width == 1 ? (prediction[0] >= (float)_metric.Threshold ? 1 : 0) : Labels.Largest(prediction);
            int wanted = Width == 1 ? (int)target[0] : Labels.Class(prediction, target);
            if ((uint)wanted >= (uint)_both.Length) return;
            _either[wanted] += weight;
            if (predicted == wanted) _both[wanted] += weight;
            else _either[predicted] += weight;
        }

        protected override void Clear()
        {
            Array.Clear(_both);
            Array.Clear(_either);
        }

        protected override void Join(MetricState other)
        {
            var more = (Running)other;
            for (int label = 0; label < _both.Length; label++)
            {
                _both[label] += more._both[label];
                _either[label] += more._either[label];
            }
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.MeanIoU"/>.</summary>
    public static readonly Entry<Metric> MeanIoU = Add("mean_iou", "mean over classes of intersection over union", new MeanIoU(),
        Setting<Metric>.Integers<MeanIoU>("target_classes", "the classes that count; none given: all", get: x => x.TargetClasses, set: (x, v) => x with { TargetClasses = v }, minimum: 0),
        Setting<Metric>.Number<MeanIoU>("threshold", "for predictions of width 1: the least probability that means yes", get: x => x.Threshold, set: (x, v) => x with { Threshold = v })).Alias("iou", "binary_iou", "one_hot_iou", "one_hot_mean_iou");
}
