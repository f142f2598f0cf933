namespace Equipoise.Data;

/// <summary>A sparse input: each row holds a few of many features, with a weight each. A bag of words, say.</summary>
/// <remarks>
/// Row r holds the features indices[offsets[r] .. offsets[r + 1]] with the weights at the same places; offsets [rows + 1], indices and weights [entries].
/// A row may be empty. The arrays are kept, not copied.
/// </remarks>
public sealed class BagColumn : InputColumn
{
    /// <summary>Rows over features 0 to <paramref name="vocabulary"/> − 1.</summary>
    public BagColumn(int[] offsets, int[] indices, float[] weights, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabulary);
        if (offsets.Length == 0 || offsets[0] != 0 || offsets[^1] != indices.Length)
            throw new ArgumentException($"Offsets begin with 0 and end with the number of indices, {indices.Length}.", nameof(offsets));
        for (int i = 1; i < offsets.Length; i++)
            if (offsets[i] < offsets[i - 1]) throw new ArgumentException($"Offset {i} is {offsets[i]}, less than the one before, {offsets[i - 1]}.", nameof(offsets));
        if (weights.Length != indices.Length) throw new ArgumentException($"There are {indices.Length} indices but {weights.Length} weights.", nameof(weights));
        int wrong = Array.FindIndex(indices, index => (uint)index >= (uint)vocabulary);
        if (wrong >= 0) throw new ArgumentException($"Index {indices[wrong]} is outside the vocabulary of {vocabulary}.", nameof(indices));
        Offsets = new ColumnValues<int>(offsets);
        Indices = new ColumnValues<int>(indices);
        Weights = new ColumnValues<float>(weights);
        Vocabulary = vocabulary;
    }

    // What is mapped was looked at when it was written.
    internal BagColumn(ColumnValues<int> offsets, ColumnValues<int> indices, ColumnValues<float> weights, int vocabulary)
    {
        Offsets = offsets;
        Indices = indices;
        Weights = weights;
        Vocabulary = vocabulary;
    }

    /// <summary>Where each row begins, and the end [rows + 1].</summary>
    public ColumnValues<int> Offsets { get; }

    /// <summary>The features of all rows, row after row.</summary>
    public ColumnValues<int> Indices { get; }

    /// <summary>The weight of each feature.</summary>
    public ColumnValues<float> Weights { get; }

    /// <summary>How many features there are.</summary>
    public int Vocabulary { get; }

    /// <inheritdoc/>
    public override int Rows => (int)Offsets.Length - 1;

    /// <summary>The features of one row.</summary>
    public ReadOnlySpan<int> RowIndices(int row)
    {
        CheckRow(row, Rows);
        return Indices.Span(Offsets[row], Offsets[row + 1] - Offsets[row]);
    }

    /// <summary>The weights of one row's features.</summary>
    public ReadOnlySpan<float> RowWeights(int row)
    {
        CheckRow(row, Rows);
        return Weights.Span(Offsets[row], Offsets[row + 1] - Offsets[row]);
    }

    /// <inheritdoc/>
    public override InputColumn Select(ReadOnlySpan<int> rows)
    {
        var offsets = new int[rows.Length + 1];
        for (int i = 0; i < rows.Length; i++) offsets[i + 1] = checked(offsets[i] + RowIndices(rows[i]).Length);
        var indices = new int[offsets[^1]];
        var weights = new float[offsets[^1]];
        for (int i = 0; i < rows.Length; i++)
        {
            RowIndices(rows[i]).CopyTo(indices.AsSpan(offsets[i]));
            RowWeights(rows[i]).CopyTo(weights.AsSpan(offsets[i]));
        }
        return new BagColumn(offsets, indices, weights, Vocabulary);
    }
}
