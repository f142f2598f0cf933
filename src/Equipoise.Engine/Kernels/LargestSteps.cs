using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>The largest numbers of a walk over vectors, and at which step each was met first.</summary>
internal static unsafe class LargestSteps
{
    /// <summary>Where x is greater than the largest number so far, or not a number: it becomes the largest, met at this step. Nothing replaces NaN. Shapes: all [n].</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update(ReadOnlySpan<float> x, float step, Span<float> largest, Span<float> steps)
    {
        if (largest.Length != x.Length || steps.Length != x.Length) throw new ArgumentException($"{x.Length} numbers want as many largest ones and steps, but there are {largest.Length} and {steps.Length}.");
        var met = Vector256.Create(step);
        fixed (float* px = x, pl = largest, ps = steps)
        {
            for (int i = 0; i < x.Length; i += 8)
            {
                int count = x.Length - i;
                Vector256<float> value = Ends.Load(px + i, count), before = Ends.Load(pl + i, count);
                // "Not less or equal", so that NaN replaces a number.
                var isLarger = ~Vector256.LessThanOrEqual(value, before) & Vector256.Equals(before, before);
                Ends.Store(Vector256.ConditionalSelect(isLarger, value, before), pl + i, count);
                Ends.Store(Vector256.ConditionalSelect(isLarger, met, Ends.Load(ps + i, count)), ps + i, count);
            }
        }
    }
}
