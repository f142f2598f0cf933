namespace Equipoise.Engine.Execution;

/// <summary>One worker's place of work: the block of rows at hand, its small arena and its working memory.</summary>
internal sealed unsafe class BlockMemory(int worker, long arenaFloats, int scratchFloats, OwnPanels? panels) : IDisposable
{
    private readonly NativeFloats _arena = new(arenaFloats);
    private readonly NativeFloats _scratch = new(scratchFloats);

    public int Worker { get; } = worker;

    /// <summary>The worker's own panels; null: those of the store.</summary>
    public OwnPanels? Panels { get; } = panels;

    public int FirstRow { get; set; }
    public int Rows { get; set; }

    /// <summary>Whether gradients of parameters at hand are summed over the second half of the batch alone.</summary>
    public bool IsSecondHalf { get; set; }

    /// <summary>The backward of one output at hand; null for that of all.</summary>
    public GradientSweep? Sweep { get; set; }

    /// <summary>Where gradients of nodes are while several cotangents run at once; null: where the plan says.</summary>
    public CotangentPlanes? Planes { get; set; }

    /// <summary>Which of them is at hand, or the first of several.</summary>
    public int Cotangent { get; set; }

    /// <summary>How many are at hand at once.</summary>
    public int Cotangents { get; set; } = 1;

    public float* Arena => _arena.Pointer;
    public Span<float> ScratchSpan => new(_scratch.Pointer, scratchFloats);

    public void Dispose()
    {
        _arena.Dispose();
        _scratch.Dispose();
    }
}
