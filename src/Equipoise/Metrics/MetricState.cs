namespace Equipoise.Metrics;

/// <summary>What a metric has counted so far. Sums are kept in double, in the order in which items come.</summary>
public abstract class MetricState
{
    private readonly Metric _metric;
    private readonly int _columns;

    /// <summary>A fresh count of a metric, for predictions of a width.</summary>
    protected MetricState(Metric metric, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        _metric = metric;
        _columns = metric.Columns.Count;
        Width = width;
    }

    /// <summary>Last axis of the predictions.</summary>
    public int Width { get; }

    /// <summary>How many items were counted. 0 means that <see cref="Result"/> says nothing.</summary>
    public long Count { get; private set; }

    /// <summary>The figure. 0 where it would be 0 / 0, and when nothing was counted.</summary>
    public abstract double Result { get; }

    /// <summary>The figure for each label or column by itself; null when there is but one, or the metric is not made up of labels.</summary>
    public virtual double[]? PerLabel => null;

    /// <summary>What was understood, for metrics that choose by the data: <c>classes, arg-max</c>. Null for the others.</summary>
    public virtual string? Reading => null;

    /// <summary>Whether targets are lists of labels, of any length.</summary>
    protected virtual bool TakesLists => false;

    /// <summary>Counts some items. Those of weight 0 are passed over.</summary>
    public void Update(in MetricRows rows)
    {
        rows.Check(Width, TakesLists);
        int targetWidth = rows.TargetWidth, columns = rows.Items == 0 ? 0 : rows.Columns.Length / rows.Items;
        if (rows.Items > 0 && rows.Columns.Length != rows.Items * _columns) throw new ArgumentException($"Columns has {rows.Columns.Length} numbers; {rows.Items} items of metric '{_metric.Name}' need {_columns} each: {string.Join(", ", _metric.Columns)}.");
        for (int item = 0; item < rows.Items; item++)
        {
            float weight = rows.Weights.IsEmpty ? 1 : rows.Weights[item];
            if (weight == 0) continue;
            var further = rows.Columns.Slice(item * columns, columns);
            if (HasHole(further)) continue;
            Add(rows.Predictions.Slice(item * Width, Width), rows.Targets.Slice(item * targetWidth, targetWidth), further, weight);
            Count++;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Count = 0;
        Clear();
    }

    /// <summary>Adds what another state of the same metric has counted.</summary>
    /// <exception cref="ArgumentException">The other is of another metric, other settings or another width.</exception>
    public void Merge(MetricState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!_metric.Equals(other._metric) || other.Width != Width) throw new ArgumentException("Only states of the same metric, settings and width can be merged.", nameof(other));
        Count += other.Count;
        Join(other);
    }

    /// <summary>Counts one item.</summary>
    /// <param name="prediction">Shape [width].</param>
    /// <param name="target">Shape [width], or [1] with a class index.</param>
    /// <param name="weight">Not 0.</param>
    protected abstract void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight);

    /// <summary>Counts one item of a metric that looks at further columns.</summary>
    /// <param name="prediction">Shape [width].</param>
    /// <param name="target">Shape [width], or [1] with a class index.</param>
    /// <param name="columns">Its <see cref="Metric.Columns"/>.</param>
    /// <param name="weight">Not 0.</param>
    protected virtual void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, ReadOnlySpan<double> columns, double weight) => Add(prediction, target, weight);

    /// <summary>Forgets everything.</summary>
    protected abstract void Clear();

    private static bool HasHole(ReadOnlySpan<double> columns)
    {
        foreach (double number in columns)
        {
            if (double.IsNaN(number)) return true;
        }

        return false;
    }

    /// <summary>Adds what another state of the same type and width has counted.</summary>
    protected abstract void Join(MetricState other);
}
