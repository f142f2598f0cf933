using Equipoise.Engine.Randomness;
using Equipoise.Metrics;
using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>A judged figure of one trial, ready to be counted again and again with other numbers of each row.</summary>
/// <remarks>
/// A metric that is a mean of rows (mean absolute error, accuracy) is counted from one number a row. Which metrics are such is found by trying: the mean of the rows must be the metric, to 1e-9, for all rows and for
/// several random choices of them. Other metrics (R², F1, AUC) are counted anew over the chosen rows.
/// </remarks>
internal sealed class FigureRows
{
    private const double Same = 1e-9;
    private const int Tries = 3;

    private readonly JudgedFigure _figure;
    private readonly Term[] _terms;

    // Means of rows have sums and items of each row; others have neither.
    private sealed record Term(OutputRows Rows, Metric Metric, double[]? Sums, double[]? Items);

    public FigureRows(JudgedFigure figure, IReadOnlyDictionary<string, OutputRows> rows)
    {
        _figure = figure;
        _terms = [.. figure.Terms.Select(t => TermOf(rows[t.Output], t.Metric))];
        Value = figure.Of(rows);
    }

    /// <summary>The figure with every row once.</summary>
    public double Value { get; }

    /// <summary>Whether every metric is a mean of rows.</summary>
    public bool IsMeanOfRows => _terms.All(t => t.Sums is not null);

    /// <summary>The figure with each row so many times [rows].</summary>
    public double Of(float[] counts)
    {
        Span<double> values = stackalloc double[_terms.Length];
        for (int i = 0; i < _terms.Length; i++) values[i] = _terms[i] is { Sums: { } sums, Items: { } items } ? Mean(sums, items, counts) : _terms[i].Rows.Figure(_terms[i].Metric, counts);
        return _figure.Combine(values);
    }

    private static Term TermOf(OutputRows rows, Metric metric)
    {
        var (values, items) = rows.Each(metric);
        double[] sums = [.. values.Zip(items, (v, n) => v * n)];
        var random = new RandomStream(0);
        var counts = new float[rows.Rows];
        for (int t = 0; t <= Tries; t++)
        {
            for (int i = 0; i < counts.Length; i++) counts[i] = t == 0 ? 1 : random.Below((ulong)((t * counts.Length) + i), t + 1);
            double direct = rows.Figure(metric, counts), mean = Mean(sums, items, counts);
            if (!(Math.Abs(direct - mean) <= Same * Math.Max(1, Math.Abs(direct))) && !(double.IsNaN(direct) && double.IsNaN(mean))) return new Term(rows, metric, null, null);
        }
        return new Term(rows, metric, sums, items);
    }

    private static double Mean(double[] sums, double[] items, float[] counts)
    {
        double sum = 0, count = 0;
        for (int i = 0; i < sums.Length; i++)
        {
            sum += counts[i] * sums[i];
            count += counts[i] * items[i];
        }
        return count == 0 ? double.NaN : sum / count;
    }
}
