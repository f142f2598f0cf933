namespace Equipoise.Balancing;

/// <summary>What a method sees of a step: only the outputs that take part, without gaps. A is how many these are.</summary>
public readonly ref struct ActiveTasks
{
    /// <summary>Numbers of the outputs [A], ascending: where their history is kept.</summary>
    public ReadOnlySpan<int> Tasks { get; init; }

    /// <summary>How many take part.</summary>
    public int Count => Tasks.Length;

    /// <summary>How many take part or are idle, that is, have a zero gradient: what a mean of gradients is taken over.</summary>
    public int Total { get; init; }

    /// <summary>Raw losses [A], finite; empty when none were given.</summary>
    public ReadOnlySpan<double> Losses { get; init; }

    /// <summary>Inner products of the gradients [A, A], finite, with a positive diagonal; empty when none were given.</summary>
    public ReadOnlySpan<double> Gramian { get; init; }

    /// <summary>Inner products of the gradients of two batches [A, A], finite; empty when none were given.</summary>
    public ReadOnlySpan<double> CrossGramian { get; init; }

    /// <summary>Squared lengths of the gradients [A], positive; 1 when there are none.</summary>
    public ReadOnlySpan<double> SquaredNorms { get; init; }

    /// <summary>Priorities [A], positive.</summary>
    public ReadOnlySpan<double> Priorities { get; init; }

    /// <summary>The gradients of all outputs; null when none were given. See <see cref="Gradient"/>.</summary>
    public TaskGradients? Gradients { get; init; }

    /// <summary>Room for the combined gradient; may be empty.</summary>
    public Span<float> Direction { get; init; }

    /// <summary>Number of the step, from 0.</summary>
    public long Step { get; init; }

    /// <summary>Number of the epoch, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; init; }

    /// <summary>The gradient of the i-th output that takes part.</summary>
    public ReadOnlySpan<float> Gradient(int i) => Gradients![Tasks[i]];

    /// <summary>Writes Σ weight × gradient into the direction, summed in double; nothing when there is no room for one.</summary>
    public void Combine(ReadOnlySpan<double> weights)
    {
        var direction = Direction;
        if (direction.IsEmpty) return;
        Span<double> sums = stackalloc double[Chunk];
        for (int start = 0; start < direction.Length; start += Chunk)
        {
            int length = Math.Min(Chunk, direction.Length - start);
            sums.Clear();
            for (int i = 0; i < Count; i++)
            {
                LongRows.AddScaled(Gradient(i).Slice(start, length), weights[i], sums);
            }

            for (int c = 0; c < length; c++) direction[start + c] = (float)sums[c];
        }
    }

    // The gradients from a coordinate on, times priorities, one row for each output that takes part [A, length].
    internal void Scaled(int start, int length, Span<double> values)
    {
        for (int i = 0; i < Count; i++) LongRows.Scale(Gradient(i).Slice(start, length), Priorities[i], values.Slice(i * length, length));
    }

    internal const int Chunk = 256;                            // doubles: 2 KB a row, in the first-level cache
}
