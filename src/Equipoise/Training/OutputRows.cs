using Equipoise.Metrics;

namespace Equipoise.Training;

/// <summary>What the metrics of one output see of every row of a data set: its predictions, its targets, and which have a label. Any metric can be counted from it with any number of each row.</summary>
/// <remarks>Shapes: predictions [rows × positions, width], targets [rows × positions, target width], labelled [rows × positions]; positions is 1 unless the output is a sequence of items.</remarks>
public sealed class OutputRows
{
    private readonly Func<Metric, MetricState> _start;
    private readonly Func<float, float>? _toUnits;
    private float[]? _unitPredictions;
    private float[]? _unitTargets;

    internal OutputRows(string output, IReadOnlyList<Metric> metrics, Func<Metric, MetricState> start, Func<float, float>? toUnits, int rows, int positions, int width, int targetWidth)
    {
        Output = output;
        Metrics = metrics;
        _start = start;
        _toUnits = toUnits;
        (Rows, Positions, Width) = (rows, positions, width);
        Predictions = new float[rows * positions * width];
        Targets = new float[rows * positions * targetWidth];
        Labelled = new float[rows * positions];
    }

    /// <summary>The output.</summary>
    public string Output { get; }

    /// <summary>Its metrics.</summary>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>How many rows there are.</summary>
    public int Rows { get; }

    internal int Positions { get; }

    internal int Width { get; }

    internal float[] Predictions { get; }

    internal float[] Quantiles { get; init; } = [];            // where several are predicted

    internal Dictionary<string, double[]> Columns { get; init; } = []; // [rows], that metrics look at

    internal float[] Targets { get; }

    internal float[] Labelled { get; }                         // 1 or 0

    /// <summary>A metric over all rows, each counted so many times.</summary>
    /// <param name="metric">Any metric that fits the output.</param>
    /// <param name="counts">How often each row counts [rows]; empty: once each.</param>
    /// <returns>The figure; NaN if no row with a label counts.</returns>
    public double Figure(Metric metric, ReadOnlySpan<float> counts = default)
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (!counts.IsEmpty && counts.Length != Rows) throw new ArgumentException($"There are {counts.Length} counts, but {Rows} rows.", nameof(counts));
        var weights = Labelled;
        if (!counts.IsEmpty)
        {
            weights = new float[Labelled.Length];
            for (int i = 0; i < weights.Length; i++) weights[i] = Labelled[i] * counts[i / Positions];
        }
        var state = _start(metric);
        Count(state, metric, 0, Rows, weights);
        return state.Count == 0 ? double.NaN : state.Result;
    }

    /// <summary>The metric of each row by itself [rows], and how many items with a label it has [rows].</summary>
    internal (double[] Values, double[] Items) Each(Metric metric)
    {
        var values = new double[Rows];
        var items = new double[Rows];
        var state = _start(metric);
        for (int row = 0; row < Rows; row++)
        {
            state.Reset();
            Count(state, metric, row, 1, Labelled);
            items[row] = state.Count;
            values[row] = state.Count == 0 ? 0 : state.Result;
        }
        return (values, items);
    }

    private double[] ColumnsOf(Metric metric, int firstRow, int items)
    {
        var names = metric.Columns;
        var columns = new double[items * names.Count];
        for (int c = 0; c < names.Count; c++)
        {
            double[] numbers = Columns.GetValueOrDefault(names[c]) ?? throw new ArgumentException($"The metric '{metric.Name}' looks at the column '{names[c]}', which was not kept.", nameof(metric));
            for (int i = 0; i < items; i++) columns[(i * names.Count) + c] = numbers[firstRow + (i / Positions)];
        }
        return columns;
    }

    private void Count(MetricState state, Metric metric, int firstRow, int rows, float[] weights)
    {
        bool units = metric.InUnits && _toUnits is not null;
        if (units) _unitPredictions ??= Array.ConvertAll(Predictions, x => _toUnits!(x));
        if (units) _unitTargets ??= Array.ConvertAll(Targets, x => _toUnits!(x));
        int targetWidth = Targets.Length / Math.Max(Labelled.Length, 1), first = firstRow * Positions, items = rows * Positions;
        bool wide = metric.JudgesQuantiles && Quantiles.Length > 0;
        int width = wide ? Quantiles.Length / Labelled.Length : Width;
        state.Update(new MetricRows
        {
            Items = items,
            Width = width,
            Predictions = (wide ? Quantiles : units ? _unitPredictions! : Predictions).AsSpan(first * width, items * width),
            Targets = (units ? _unitTargets! : Targets).AsSpan(first * targetWidth, items * targetWidth),
            Weights = weights.AsSpan(first, items),
            Columns = ColumnsOf(metric, firstRow, items),
        });
    }
}
