using System.Runtime.InteropServices;

namespace Equipoise.Engine.Execution;

/// <summary>A block of floats aligned to a cache line or a large page, outside the garbage collector, cleared at first.</summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    public NativeFloats(long length)
    {
        Length = length;
        nuint bytes = (nuint)Math.Max(16, length) * sizeof(float);
        Pointer = (float*)NativeMemory.AlignedAlloc(bytes, HugePages.AlignmentFor(bytes));
        HugePages.Advise(Pointer, bytes);
        NativeMemory.Clear(Pointer, bytes);
    }

    ~NativeFloats() => Free();

    public float* Pointer { get; private set; }

    public long Length { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
