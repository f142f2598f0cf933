using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Share of the targets' variance that the predictions explain: 1 is perfect, 0 as good as the mean, below worse.</summary>
/// <remarks>
/// 1 − Σ w (t − p)² / Σ w (t − mean t)², for each column over everything counted, then the mean of the columns. A constant target gives 0, as in
/// Keras (there 0 / 0 is NaN). With regressors r: 1 − (1 − R²)(n − 1) / (n − r − 1), n the items counted; the plain figure where n is not above r + 1.
/// With <paramref name="Log1p"/> t and p are ln(1 + x) of the values in the unit of the data, negative ones taken as 0: for counts, prices and sizes.
/// </remarks>
/// <param name="Aggregation">How the figures of several columns become one.</param>
/// <param name="Regressors">Number of regressors for the adjusted R²; 0 for the plain one.</param>
/// <param name="Log1p">Whether logarithms are compared.</param>
public sealed record R2Score(R2Aggregation Aggregation = R2Aggregation.UniformAverage, int Regressors = 0, bool Log1p = false) : Metric
{
    /// <inheritdoc/>
    public override string Name => (Regressors > 0 ? "r2_adjusted" : "r2") + (Log1p ? "_log1p" : "");

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    public override MetricState Start(int width) => new Running(this, width);

    private sealed class Running(R2Score metric, int width) : MetricState(metric, width)
    {
        private readonly R2Score _metric = metric;
        private readonly Moments[] _columns = new Moments[width];
        private readonly double[] _errors = new double[width];

        public override double Result
        {
            get
            {
                if (_metric.Aggregation == R2Aggregation.UniformAverage) return Adjust(Enumerable.Range(0, Width).Average(Column));
                double all = _columns.Sum(column => column.SquaresTarget);
                return Adjust(Labels.Ratio(Enumerable.Range(0, Width).Sum(i => _columns[i].SquaresTarget * Column(i)), all));
            }
        }

        public override double[]? PerLabel => Width == 1 ? null : [.. Enumerable.Range(0, Width).Select(i => Adjust(Column(i)))];

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            if (Labels.IsIndex(prediction, target)) throw new ArgumentException($"Metric 'r2' wants a target number for each of the {prediction.Length} predictions, but gets class indices.", nameof(target));
            for (int i = 0; i < prediction.Length; i++)
            {
                double predicted = prediction[i], wanted = target[i];
                if (_metric.Log1p) (predicted, wanted) = (Math.Log(1 + Math.Max(predicted, 0)), Math.Log(1 + Math.Max(wanted, 0)));
                double error = predicted - wanted;
                _errors[i] += weight * error * error;
                _columns[i].Add(predicted, wanted, weight);
            }
        }

        protected override void Clear()
        {
            Array.Clear(_columns);
            Array.Clear(_errors);
        }

        protected override void Join(MetricState other)
        {
            var more = (Running)other;
            for (int i = 0; i < Width; i++)
            {
                _columns[i].Add(more._columns[i]);
                _errors[i] += more._errors[i];
            }
        }

        private double Column(int i) => _columns[i].SquaresTarget == 0 ? 0 : 1 - _errors[i] / _columns[i].SquaresTarget;

        private double Adjust(double plain)
        {
            double items = Count, below = items - _metric.Regressors - 1;
            return _metric.Regressors == 0 || below <= 0 ? plain : 1 - (1 - plain) * (items - 1) / below;
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.R2Score"/>.</summary>
    public static readonly Entry<Metric> R2Score = Add("r2", "share of the targets' variance that the predictions explain", new R2Score(),
        Setting<Metric>.Choice<R2Score, R2Aggregation>("aggregation", "how the figures of several columns become one", get: x => x.Aggregation, set: (x, v) => x with { Aggregation = v }),
        Setting<Metric>.Integer<R2Score>("regressors", "number of regressors for the adjusted figure; 0: plain", get: x => x.Regressors, set: (x, v) => x with { Regressors = v }, minimum: 0),
        Setting<Metric>.Flag<R2Score>("log1p", "whether ln(1 + x) of predictions and targets is compared", get: x => x.Log1p, set: (x, v) => x with { Log1p = v })).Alias("r2_score");
}
