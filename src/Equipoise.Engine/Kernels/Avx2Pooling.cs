using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Windows of two by two, the usual ones, in vectors of eight: <see cref="Pooling"/> without the loop over the taps. Needs AVX2.</summary>
/// <remarks>With eight channels or more the last vector does again what those before have done, so that all are whole; fewer are read through a mask. All is read before anything is written.</remarks>
internal static unsafe class Avx2Pooling
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>See <see cref="Pooling.Maximum"/>.</summary>
    public static void MaximumOfFour(float* x, int* offsets, int windows, nint step, float* y, int channels)
    {
        if (channels >= 8) { MaximumOfFour<IAvx2Columns.Whole>(x, offsets, windows, step, y, channels); }
        else { MaximumOfFour<IAvx2Columns.Masked>(x, offsets, windows, step, y, channels); }
    }

    /// <summary>See <see cref="Pooling.MaximumGradient"/>; does not accumulate.</summary>
    public static void MaximumGradientOfFour(float* x, int* offsets, int windows, nint step, float* y, float* g, float* dx, int channels)
    {
        if (channels >= 8) { MaximumGradientOfFour<IAvx2Columns.Whole>(x, offsets, windows, step, y, g, dx, channels); }
        else { MaximumGradientOfFour<IAvx2Columns.Masked>(x, offsets, windows, step, y, g, dx, channels); }
    }

    [MethodImpl(Hot)]
    private static void MaximumOfFour<TColumns>(float* x, int* offsets, int windows, nint step, float* y, int channels) where TColumns : struct, IAvx2Columns
    {
        nint offset0 = offsets[0], offset1 = offsets[1], offset2 = offsets[2], offset3 = offsets[3];
        var mask = Avx2Ends.Lanes(channels);
        for (var first = 0; first < channels; first += 8)
        {
            var c = Math.Min(first, Math.Max(0, channels - 8));
            float* from = x + c, to = y + c;
            for (var window = windows; window > 0; window--, from += step, to += channels)
            {
                Vector256<float> x0 = TColumns.Load(from + offset0, mask), x1 = TColumns.Load(from + offset1, mask);
                Vector256<float> x2 = TColumns.Load(from + offset2, mask), x3 = TColumns.Load(from + offset3, mask);
                var greatest = Larger(Larger(x0, x1), Larger(x2, x3));
                // A comparison that fails makes a NaN of all ones.
                var unordered = Avx.CompareUnordered(x0, x1) | Avx.CompareUnordered(x2, x3);
                Avx2Ends.Store(greatest | unordered, to, channels);
            }
        }
    }

    [MethodImpl(Hot)]
    private static void MaximumGradientOfFour<TColumns>(float* x, int* offsets, int windows, nint step, float* y, float* g, float* dx, int channels) where TColumns : struct, IAvx2Columns
    {
        nint offset0 = offsets[0], offset1 = offsets[1], offset2 = offsets[2], offset3 = offsets[3];
        var mask = Avx2Ends.Lanes(channels);
        for (var first = 0; first < channels; first += 8)
        {
            var c = Math.Min(first, Math.Max(0, channels - 8));
            float* from = x + c, to = dx + c;
            nint item = c;
            for (var window = windows; window > 0; window--, from += step, to += step, item += channels)
            {
                var greatest = TColumns.Load(y + item, mask);
                var left = TColumns.Load(g + item, mask);
                var found0 = Avx.CompareEqual(TColumns.Load(from + offset0, mask), greatest);
                var found1 = Avx.CompareEqual(TColumns.Load(from + offset1, mask), greatest);
                var found2 = Avx.CompareEqual(TColumns.Load(from + offset2, mask), greatest);
                var found3 = Avx.CompareEqual(TColumns.Load(from + offset3, mask), greatest);
                var before2 = found0 | found1;
                Avx2Ends.Store(left & found0, to + offset0, channels);
                Avx2Ends.Store(Avx.AndNot(found0, left & found1), to + offset1, channels);
                Avx2Ends.Store(Avx.AndNot(before2, left & found2), to + offset2, channels);
                Avx2Ends.Store(Avx.AndNot(before2 | found2, left & found3), to + offset3, channels);
            }
        }
    }

    // Of numbers that are not NaN. The instruction gives the second of two zeros, and the positive one of both is what they have in common.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Larger(Vector256<float> x, Vector256<float> y) => Avx.Max(x, y) & Avx.Max(y, x);
}
