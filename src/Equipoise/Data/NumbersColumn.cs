namespace Equipoise.Data;

/// <summary>An input of real numbers: features, images, series.</summary>
/// <remarks>Values [rows, ...shape], row after row. The array is kept, not copied.</remarks>
public sealed class NumbersColumn : InputColumn
{
    /// <summary>Values [rows, ...shape]. Without a shape each row holds one number.</summary>
    public NumbersColumn(float[] values, params int[] shape) : this(new ColumnValues<float>(values), shape) { }

    /// <summary>Values [rows, ...shape], in memory or mapped. Without a shape each row holds one number.</summary>
    public NumbersColumn(ColumnValues<float> values, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        Values = values;
        Shape = shape.Length == 0 ? [1] : shape;
        Width = Product(Shape, nameof(shape));
        Rows = RowsOf(values.Length, Width, nameof(values));
    }

    /// <summary>Values [rows, width], copied.</summary>
    public NumbersColumn(float[,] values) : this(Flatten(values), values.GetLength(1)) { }

    /// <summary>The values, row after row.</summary>
    public ColumnValues<float> Values { get; }

    /// <summary>The shape of one row.</summary>
    public int[] Shape { get; }

    /// <summary>How many numbers a row holds.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override int Rows { get; }

    /// <summary>The numbers of one row.</summary>
    public ReadOnlySpan<float> Row(int row)
    {
        CheckRow(row, Rows);
        return Values.Span((long)row * Width, Width);
    }

    /// <inheritdoc/>
    public override InputColumn Select(ReadOnlySpan<int> rows) => new NumbersColumn(SelectRows(Values, Width, Rows, rows), Shape);
}
