using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Mean absolute error in units of what a naive forecast gets wrong: below 1 is better than repeating the last (or last season's) value.</summary>
/// <remarks>
/// mean |p − t| / scale, in the unit of the data, with scale the mean absolute error of the naive forecast on the training series, see <see cref="ScaleOf"/>. Without the scale it is the mean absolute error.
/// Source: Hyndman and Koehler, "Another look at measures of forecast accuracy", 2006, section 3.
/// </remarks>
/// <param name="Scale">Mean absolute error of the naive forecast, above 0.</param>
public sealed record Mase(double Scale = 1) : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "mase";

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <summary>Mean of |x[i] − x[i − season]| over a series in the order of time; NaN is left out.</summary>
    /// <param name="series">The training series.</param>
    /// <param name="season">Steps of a season; 1: the forecast is the last value.</param>
    /// <exception cref="ArgumentException">The series is no longer than a season, or constant.</exception>
    public static double ScaleOf(ReadOnlySpan<float> series, int season = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(season, 1);
        double sum = 0;
        int count = 0;
        for (int i = season; i < series.Length; i++)
        {
            double change = Math.Abs((double)series[i] - series[i - season]);
            if (double.IsNaN(change)) continue;
            sum += change;
            count++;
        }

        return sum > 0 ? sum / count : throw new ArgumentException($"{series.Length} numbers with a season of {season} give no scale: they are too few, or a season is like the next.", nameof(series));
    }

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target) => Math.Abs((double)prediction - target);

    /// <inheritdoc/>
    protected internal override double Finish(double mean) => mean / Scale;
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.Mase"/>.</summary>
    public static readonly Entry<Metric> Mase = Add("mase", "mean absolute error in units of a naive forecast's", new Mase(),
        Setting<Metric>.Number<Mase>("scale", "mean absolute error of the naive forecast, in the unit of the data", get: x => x.Scale, set: (x, v) => x with { Scale = v }, above: 0));
}
