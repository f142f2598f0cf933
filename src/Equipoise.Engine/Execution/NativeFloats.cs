using System.Runtime.InteropServices;

namespace Equipoise.Engine.Execution;

/// <summary>A block of floats aligned to a cache line, outside the garbage collector, cleared at first.</summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    private const nuint Alignment = 64;

    public NativeFloats(long length)
    {
        Length = length;
        Pointer = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(16, length) * sizeof(float), Alignment);
        NativeMemory.Clear(Pointer, (nuint)Math.Max(16, length) * sizeof(float));
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
