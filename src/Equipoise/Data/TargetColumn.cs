namespace Equipoise.Data;

/// <summary>The labels of one output.</summary>
/// <remarks>
/// Values [rows, ...shape], row after row. NaN is a missing label. A class target is its index as a float, shape [1]; a set of labels is 0 and 1, shape [labels];
/// a label for every time step is [steps] or [steps, classes]. Weights are [rows], or one a position [rows, ...shape without its last size];
/// a weight of 0 leaves the label out. The arrays are kept, not copied.
/// </remarks>
public sealed class TargetColumn
{
    /// <summary>Values [rows, ...shape]; without a shape each row holds one number. <paramref name="weights"/> may be null: all 1.</summary>
    public TargetColumn(float[] values, int[]? shape = null, float[]? weights = null) : this(new ColumnValues<float>(values), shape, weights is null ? null : new ColumnValues<float>(weights)) { }

    /// <summary>Values [rows, ...shape], in memory or mapped; without a shape each row holds one number. <paramref name="weights"/> may be null: all 1.</summary>
    public TargetColumn(ColumnValues<float> values, int[]? shape = null, ColumnValues<float>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
        Shape = shape is null || shape.Length == 0 ? [1] : shape;
        Width = InputColumn.Product(Shape, nameof(shape));
        Rows = InputColumn.RowsOf(values.Length, Width, nameof(values));
        Weights = weights;
        WeightsPerRow = 1;
        if (weights is null) return;
        int positions = Width / Shape[^1];
        if (weights.Length == Rows) { }
        else if (weights.Length == (long)Rows * positions) WeightsPerRow = positions;
        else if (weights.Length == (long)Rows * Width) WeightsPerRow = Width;
        else throw new ArgumentException($"{weights.Length} weights fit neither {Rows} rows nor the positions in them; labels have shape [{string.Join(", ", Shape)}] a row.", nameof(weights));
        long wrong = weights.IsMapped ? -1 : weights.Find(static weight => !(weight >= 0 && float.IsFinite(weight)));
        if (wrong >= 0) throw new ArgumentException($"Weight {weights[wrong]} of row {wrong / WeightsPerRow} is not a finite number of at least 0.", nameof(weights));
    }

    /// <summary>Values [rows, width], copied.</summary>
    public TargetColumn(float[,] values, float[]? weights = null) : this(InputColumn.Flatten(values), [values.GetLength(1)], weights) { }

    /// <summary>Class indices [rows]; a negative one is a missing label.</summary>
    public TargetColumn(int[] classes, float[]? weights = null)
        : this(Array.ConvertAll(classes, static index => index < 0 ? float.NaN : index), null, weights) { }

    /// <summary>The labels, row after row; NaN where there is none.</summary>
    public ColumnValues<float> Values { get; }

    /// <summary>The shape of one row's labels.</summary>
    public int[] Shape { get; }

    /// <summary>How many numbers a row's labels take.</summary>
    public int Width { get; }

    /// <summary>Sample weights of this output, or null for all 1; [rows] or [rows, positions].</summary>
    public ColumnValues<float>? Weights { get; }

    /// <summary>How many weights belong to a row: 1, or one a position.</summary>
    public int WeightsPerRow { get; }

    /// <summary>How many rows there are.</summary>
    public int Rows { get; }

    /// <summary>The labels of one row.</summary>
    public ReadOnlySpan<float> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return Values.Span((long)row * Width, Width);
    }

    /// <summary>How many rows have at least one label.</summary>
    public int LabelledRows()
    {
        int count = 0;
        for (int row = 0; row < Rows; row++)
            foreach (float value in Row(row))
                if (!float.IsNaN(value))
                {
                    count++;
                    break;
                }
        return count;
    }

    /// <summary>A copy that holds the given rows, in the given order.</summary>
    public TargetColumn Select(ReadOnlySpan<int> rows) => new(
        InputColumn.SelectRows(Values, Width, Rows, rows),
        Shape,
        Weights is null ? null : InputColumn.SelectRows(Weights, WeightsPerRow, Rows, rows));
}
