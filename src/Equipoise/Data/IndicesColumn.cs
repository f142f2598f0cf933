namespace Equipoise.Data;

/// <summary>An input of indices into a vocabulary: words or characters of a text, or one category. It feeds an embedding.</summary>
/// <remarks>Values [rows, length], row after row; 0 means padding by convention, 1 unknown. The array is kept, not copied.</remarks>
public sealed class IndicesColumn : InputColumn
{
    /// <summary>Values [rows, length], none negative.</summary>
    public IndicesColumn(int[] values, int length) : this(new ColumnValues<int>(values), length) { }

    /// <summary>Values [rows, length], none negative, in memory or mapped.</summary>
    public IndicesColumn(ColumnValues<int> values, int length)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Values = values;
        Length = length;
        Rows = RowsOf(values.Length, length, nameof(values));
        long wrong = values.IsMapped ? -1 : values.Find(static value => value < 0); // what is mapped was looked at when it was written
        if (wrong >= 0) throw new ArgumentException($"Index {values[wrong]} of row {wrong / length} is negative.", nameof(values));
    }

    /// <summary>Values [rows, length], copied.</summary>
    public IndicesColumn(int[,] values) : this(Flatten(values), values.GetLength(1)) { }

    /// <summary>The indices, row after row.</summary>
    public ColumnValues<int> Values { get; }

    /// <summary>How many indices a row holds.</summary>
    public int Length { get; }

    /// <inheritdoc/>
    public override int Rows { get; }

    /// <summary>The indices of one row.</summary>
    public ReadOnlySpan<int> Row(int row)
    {
        CheckRow(row, Rows);
        return Values.Span((long)row * Length, Length);
    }

    /// <inheritdoc/>
    public override InputColumn Select(ReadOnlySpan<int> rows) => new IndicesColumn(SelectRows(Values, Length, Rows, rows), Length);
}
