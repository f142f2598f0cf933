namespace Equipoise.Data;

/// <summary>One input of a data set: the same kind and size of value for every row.</summary>
/// <remarks>The kinds are <see cref="NumbersColumn"/>, <see cref="IndicesColumn"/> and <see cref="BagColumn"/>.</remarks>
public abstract class InputColumn
{
    /// <summary>How many rows there are.</summary>
    public abstract int Rows { get; }

    /// <summary>A copy that holds the given rows, in the given order; a row may come twice.</summary>
    public abstract InputColumn Select(ReadOnlySpan<int> rows);

    /// <summary>Throws unless <paramref name="row"/> is one of this column's.</summary>
    private protected static void CheckRow(int row, int rows)
    {
        if ((uint)row >= (uint)rows) throw new ArgumentOutOfRangeException(nameof(row), row, $"There are {rows} rows, numbered from 0.");
    }

    /// <summary>Copies rows of <paramref name="width"/> values each.</summary>
    internal static T[] SelectRows<T>(T[] values, int width, int count, ReadOnlySpan<int> rows)
    {
        var chosen = new T[checked(rows.Length * width)];
        for (int i = 0; i < rows.Length; i++)
        {
            CheckRow(rows[i], count);
            values.AsSpan(rows[i] * width, width).CopyTo(chosen.AsSpan(i * width, width));
        }
        return chosen;
    }

    /// <summary>Copies rows of <paramref name="width"/> values each.</summary>
    internal static T[] SelectRows<T>(ColumnValues<T> values, int width, int count, ReadOnlySpan<int> rows) where T : unmanaged
    {
        var chosen = new T[checked(rows.Length * width)];
        for (int i = 0; i < rows.Length; i++)
        {
            CheckRow(rows[i], count);
            values.Span((long)rows[i] * width, width).CopyTo(chosen.AsSpan(i * width, width));
        }
        return chosen;
    }

    /// <summary>Product of the sizes; 1 for none.</summary>
    internal static int Product(int[] shape, string parameter)
    {
        int product = 1;
        foreach (int size in shape)
        {
            if (size <= 0) throw new ArgumentException($"Every size of a shape must be positive; this one is [{string.Join(", ", shape)}].", parameter);
            product = checked(product * size);
        }
        return product;
    }

    /// <summary>Number of rows that <paramref name="length"/> values make.</summary>
    internal static int RowsOf(long length, int width, string parameter)
        => length % width == 0 ? checked((int)(length / width)) : throw new ArgumentException($"{length} values do not make whole rows of {width}.", parameter);

    /// <summary>The elements of a matrix, row after row.</summary>
    internal static T[] Flatten<T>(T[,] matrix)
    {
        var flat = new T[matrix.Length];
        int i = 0;
        foreach (T value in matrix) flat[i++] = value;
        return flat;
    }
}
