using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Expected calibration error: how far the confidence of answers is from the share of them that are right.</summary>
/// <remarks>
/// Σ over bins of (n_b / n) |share right − mean confidence|, bins of equal width over [0, 1]. The confidence is the largest probability, at width 1 that of the likelier answer; right is the class or, at width 1,
/// the answer at ½. From 0 to 1; 0 says nothing about how good the answers are. Depends on the bins: compare only at equal ones. Not for sets of labels.
/// Source: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", 2015; Guo and others, "On calibration of modern neural networks", 2017, equation 3.
/// </remarks>
/// <param name="Bins">How many bins, at least 1.</param>
public sealed record CalibrationError(int Bins = 15) : Metric
{
    /// <inheritdoc/>
    public override string Name => "expected_calibration_error";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <inheritdoc/>
    public override MetricState Start(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Bins, 1);
        return new Running(this, width);
    }

    private sealed class Running(CalibrationError metric, int width) : MetricState(metric, width)
    {
        private readonly double[] _gaps = new double[metric.Bins];         // Σ weight × (right − confidence)
        private double _weight;

        public override double Result
        {
            get
            {
                double sum = 0;
                foreach (double gap in _gaps) sum += Math.Abs(gap);
                return Labels.Ratio(sum, _weight);
            }
        }

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            int largest = Labels.Largest(prediction);
            double confidence = Width == 1 ? Math.Max(prediction[0], 1 - prediction[0]) : prediction[largest];
            bool right = Width == 1 ? prediction[0] > 0.5f == target[0] > 0.5f : largest == Labels.Class(prediction, target);
            // Bins are open below and closed above; a confidence that is no probability falls into an outer one.
            int bin = double.IsNaN(confidence) ? 0 : (int)Math.Clamp(Math.Ceiling(confidence * _gaps.Length) - 1, 0, _gaps.Length - 1);
            _gaps[bin] += weight * ((right ? 1 : 0) - confidence);
            _weight += weight;
        }

        protected override void Clear()
        {
            Array.Clear(_gaps);
            _weight = 0;
        }

        protected override void Join(MetricState other)
        {
            var more = (Running)other;
            for (int i = 0; i < _gaps.Length; i++) _gaps[i] += more._gaps[i];
            _weight += more._weight;
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.CalibrationError"/>.</summary>
    public static readonly Entry<Metric> CalibrationError = Add("expected_calibration_error", "how far confidence is from the share of right answers", new CalibrationError(),
        Setting<Metric>.Integer<CalibrationError>("bins", "bins of equal width", get: x => x.Bins, set: (x, v) => x with { Bins = v }, minimum: 1)).Alias("ece");
}
