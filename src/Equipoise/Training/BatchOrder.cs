using Equipoise.Data;
using Equipoise.Engine.Randomness;

namespace Equipoise.Training;

/// <summary>In which order the rows of a data set stand in the batches of an epoch.</summary>
/// <remarks>
/// Drawn from the seed and the number of the epoch alone. By length: the rows in drawn order are taken 32 batches at a time, sorted by how many of their tokens are not padding (rows of the same
/// length stay as drawn), and cut into batches; then the order of the batches is drawn. The rows of the last, smaller batch are set aside before, so they are any rows, and it stays last.
/// </remarks>
internal sealed class BatchOrder
{
    private const int WindowBatches = 32;
    private readonly int[] _rows;
    private readonly int[] _drawn;
    private readonly int[]? _lengths;
    private readonly long[] _keys = [];
    private readonly int[] _batches = [];
    private readonly RandomStream _random;
    private readonly int _batch;
    private readonly bool _shuffles;

    /// <summary>The order of so many rows.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="batch">Rows of a batch.</param>
    /// <param name="seed">What the order is drawn from.</param>
    /// <param name="shuffles">Whether anything is drawn. If not, rows and batches stay as they are, apart from the sorting.</param>
    /// <param name="lengths">What rows are sorted by; null to leave them as drawn.</param>
    public BatchOrder(int rows, int batch, ulong seed, bool shuffles, int[]? lengths)
    {
        _rows = [.. Enumerable.Range(0, rows)];
        _drawn = lengths is null ? _rows : new int[rows];
        _batch = batch;
        _random = new RandomStream(seed);
        _shuffles = shuffles;
        _lengths = lengths;
        if (lengths is null) return;
        _keys = new long[WindowBatches * batch];
        _batches = new int[rows / batch];
    }

    /// <summary>The rows of all batches, one after the other.</summary>
    public int[] Rows => _rows;

    /// <summary>How many tokens of each row are not padding.</summary>
    /// <exception cref="ArgumentException">There is no such input of tokens.</exception>
    public static int[] LengthsOf(Dataset data, string input)
    {
        if (data.Inputs.GetValueOrDefault(input) is not IndicesColumn column)
        {
            string[] known = [.. data.Inputs.Where(i => i.Value is IndicesColumn).Select(i => i.Key)];
            throw new ArgumentException($"Batches are to be made by the length of '{input}', but there is no input of tokens called so. {Catalogs.Suggestion.Advice(input, known)}", nameof(input));
        }
        return [.. Enumerable.Range(0, data.Rows).Select(r => column.Length - column.Row(r).Count(0))];
    }

    /// <summary>Draws the order of an epoch.</summary>
    public void Draw(int epoch)
    {
        for (int i = 0; i < _drawn.Length; i++) _drawn[i] = i;
        if (_shuffles) _random.Derive("shuffle").Derive((ulong)epoch).Shuffle(_drawn);
        if (_lengths is null) return;
        int whole = _batches.Length * _batch;
        for (int first = 0; first < whole; first += _keys.Length) Sort(_drawn.AsSpan(first, Math.Min(_keys.Length, whole - first)));
        Sort(_drawn.AsSpan(whole));
        for (int i = 0; i < _batches.Length; i++) _batches[i] = i;
        if (_shuffles) _random.Derive("shuffle batches").Derive((ulong)epoch).Shuffle(_batches);
        for (int i = 0; i < _batches.Length; i++) Array.Copy(_drawn, _batches[i] * _batch, _rows, i * _batch, _batch);
        Array.Copy(_drawn, whole, _rows, whole, _rows.Length - whole);
    }

    // By length, then by place.
    private void Sort(Span<int> rows)
    {
        var keys = _keys.AsSpan(0, rows.Length);
        for (int i = 0; i < rows.Length; i++) keys[i] = ((long)_lengths![rows[i]] << 32) + i;
        keys.Sort(rows);
    }
}
