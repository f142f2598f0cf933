namespace Equipoise.Balancing;

/// <summary>One number for each output and shared parameter, in double; made when the first gradient shows how many there are.</summary>
internal sealed class GradientMemory(int tasks)
{
    private double[] _values = [];

    /// <summary>The numbers of an output.</summary>
    public Span<double> Row(int task, int length)
    {
        if (_values.Length == 0) _values = new double[(long)tasks * length];
        if (_values.Length != (long)tasks * length) throw new ArgumentException($"The gradients have {length} numbers now, but had {_values.Length / tasks} before.", nameof(length));
        return _values.AsSpan(task * length, length);
    }

    /// <summary>Names the array to save.</summary>
    public void Keep(StateArrays state, string name) => state.Buffer(name, ref _values);

    /// <summary>Writes the Gramian [n, n] of the rows of some outputs.</summary>
    public void Gramian(ReadOnlySpan<int> chosen, int length, Span<double> gramian)
    {
        int n = chosen.Length;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                gramian[(i * n) + j] = gramian[(j * n) + i] = LongRows.Dot(Row(chosen[i], length), Row(chosen[j], length));
            }
        }
    }

    /// <summary>Writes Σ weight × row.</summary>
    public void Combine(ReadOnlySpan<int> chosen, ReadOnlySpan<double> weights, Span<float> direction)
    {
        int length = direction.Length;
        Span<double> sums = stackalloc double[ActiveTasks.Chunk];
        for (int start = 0; start < length; start += ActiveTasks.Chunk)
        {
            int count = Math.Min(ActiveTasks.Chunk, length - start);
            sums.Clear();
            for (int i = 0; i < chosen.Length; i++) LongRows.AddScaled(Row(chosen[i], length).Slice(start, count), weights[i], sums);
            for (int c = 0; c < count; c++) direction[start + c] = (float)sums[c];
        }
    }
}
