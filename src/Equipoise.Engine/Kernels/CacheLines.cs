using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Asks for memory that will soon be read, while there is other work to do.</summary>
public static unsafe class CacheLines
{
    private const int LineFloats = 16;

    /// <summary>Fetches numbers into the first-level cache. Where the processor cannot be asked, it does nothing.</summary>
    public static void Fetch(ReadOnlySpan<float> numbers)
    {
        // The address is stale if the garbage collector moves the numbers just now: a hint that comes to nothing.
        Fetch((float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(numbers)), numbers.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Fetch(float* first, int count)
    {
        if (!Sse.IsSupported) return;
        for (int i = 0; i < count; i += LineFloats) Sse.Prefetch0(first + i);
    }
}
