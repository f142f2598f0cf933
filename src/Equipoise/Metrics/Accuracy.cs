using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Share of right answers, whatever the kind of answer: the metric to name when unsure.</summary>
/// <remarks>
/// Chosen by the data, and told by <see cref="MetricState.Reading"/>. Predictions of width 1: binary accuracy at 0.5. Class indices: the largest
/// prediction must be that of the class. Rows as wide as the predictions: the same if every target row counted is one-hot (a single 1, the
/// rest 0), otherwise binary accuracy of all labels at 0.5. Differs from Keras, which takes any wide row for one-hot.
/// </remarks>
public sealed record Accuracy : Metric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override MetricState Start(int width) => new Running(this, width);

    private sealed class Running(Accuracy metric, int width) : MetricState(metric, width)
    {
        private double _classes, _labels, _weight;
        private bool _several;

        public override double Result => Labels.Ratio(_several ? _labels : _classes, _weight);

        public override string? Reading => Width == 1 ? "yes or no, at 0.5" : _several ? "labels, each at 0.5" : "classes, largest prediction";

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            int right = 0, ones = 0, zeros = 0;
            for (int i = 0; i < prediction.Length; i++)
            {
                float wanted = Labels.Of(prediction, target, i);
                right += (prediction[i] > 0.5f ? 1 : 0) == wanted ? 1 : 0;
                ones += wanted == 1 ? 1 : 0;
                zeros += wanted == 0 ? 1 : 0;
            }

            // An index outside of the classes is a wrong answer, not a row of several labels.
            if (!Labels.IsIndex(prediction, target)) _several |= Width == 1 || ones != 1 || zeros != Width - 1;
            _labels += weight * right / Width;
            _classes += weight * (Labels.Largest(prediction) == Labels.Class(prediction, target) ? 1 : 0);
            _weight += weight;
        }

        protected override void Clear() => (_classes, _labels, _weight, _several) = (0, 0, 0, false);

        protected override void Join(MetricState other)
        {
            var more = (Running)other;
            _classes += more._classes;
            _labels += more._labels;
            _weight += more._weight;
            _several |= more._several;
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Accuracy"/>.</summary>
    public static readonly Entry<Metric> Accuracy = Add("accuracy", "share of right answers, binary or by the largest prediction as the targets say", new Accuracy()).Alias("acc");
}
