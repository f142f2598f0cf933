namespace Equipoise.Engine.Execution;

/// <summary>One worker's place of work: the block of rows at hand, its small arena and its working memory.</summary>
internal sealed unsafe class BlockMemory(int worker, long arenaFloats, int scratchFloats, int kernelFloats, OwnPanels? panels) : IDisposable
{
    private readonly NativeFloats _arena = new(arenaFloats);
    private readonly NativeFloats _scratch = new(scratchFloats);
    private readonly NativeFloats _kernel = new(kernelFloats);

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

    /// <summary>Where the kernel at hand would begin, of whose gradient a piece is summed here; null: all of it goes to the store.</summary>
    public float* Kernel { get; private set; }

    public float* Arena => _arena.Pointer;
    public Span<float> ScratchSpan => new(_scratch.Pointer, scratchFloats);

    /// <summary>Has so many numbers of a kernel's gradient, from one on, summed here and not in the store, until <see cref="EndKernel"/>.</summary>
    public Span<float> BeginKernel(int first, int length)
    {
        Kernel = _kernel.Pointer - first;
        return new Span<float>(_kernel.Pointer, length);
    }

    public void EndKernel() => Kernel = null;

    public void Dispose()
    {
        _kernel.Dispose();
        _arena.Dispose();
        _scratch.Dispose();
    }
}
