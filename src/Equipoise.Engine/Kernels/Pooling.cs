using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Windows of a pooling that lie side by side, eight channels at a time, or sixteen with AVX-512; the last channels through masks, or together with some of those before.</summary>
/// <remarks>
/// Window w looks at the pixels image[taps[t] + w·step + channel], at least one. Outputs of neighbouring windows lie one after the other.
/// Each number is that of the plain loop over the taps in order, so no instruction set and no cut changes a bit, but for those within a NaN.
/// </remarks>
internal static unsafe class Pooling
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>y = greatest pixel; NaN if one of them is.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Maximum(ReadOnlySpan<float> image, ReadOnlySpan<int> taps, int windows, int step, Span<float> output, int channels)
    {
        Check(image.Length, taps, windows, step, output.Length, channels);
        fixed (float* firstX = image, firstY = output)
        fixed (int* offsets = taps)
        {
            float* x = firstX, y = firstY;
            if (Avx512F.IsSupported && channels > 8)
            {
                if (taps.Length == 4) { MaximumOfFour(x, offsets, windows, step, y, channels); }
                else { MaximumOf16(x, offsets, taps.Length, windows, step, y, channels); }
                return;
            }
            if (Avx2.IsSupported && taps.Length == 4)
            {
                Avx2Pooling.MaximumOfFour(x, offsets, windows, step, y, channels);
                return;
            }
            for (; windows > 0; windows--, x += step, y += channels)
            {
                for (var first = 0; first < channels; first += 8)
                {
                    // Whole vectors are quicker: the last one does again what those before have done.
                    int c = Math.Min(first, Math.Max(0, channels - 8)), rest = channels - c;
                    var greatest = Ends.Load(x + offsets[0] + c, rest);
                    for (var tap = 1; tap < taps.Length; tap++) { greatest = Vector256.Max(greatest, Ends.Load(x + offsets[tap] + c, rest)); }
                    Ends.Store(greatest, y + c, rest);
                }
            }
        }
    }

    /// <summary>The gradient goes to the first pixel that equals y: dx = g there and 0 elsewhere or, when accumulating, added to what is there.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void MaximumGradient(ReadOnlySpan<float> image, ReadOnlySpan<int> taps, int windows, int step, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> imageGradient, int channels, bool accumulate)
    {
        Check(Math.Min(image.Length, imageGradient.Length), taps, windows, step, Math.Min(output.Length, outputGradient.Length), channels);
        fixed (float* firstX = image, firstY = output, firstG = outputGradient, firstDx = imageGradient)
        fixed (int* offsets = taps)
        {
            float* x = firstX, y = firstY, g = firstG, dx = firstDx;
            if (Avx512F.IsSupported && channels > 8)
            {
                if (taps.Length == 4 && !accumulate) { MaximumGradientOfFour(x, offsets, windows, step, y, g, dx, channels); }
                else { MaximumGradientOf16(x, offsets, taps.Length, windows, step, y, g, dx, channels, accumulate); }
                return;
            }
            if (Avx2.IsSupported && taps.Length == 4 && !accumulate)
            {
                Avx2Pooling.MaximumGradientOfFour(x, offsets, windows, step, y, g, dx, channels);
                return;
            }
            for (; windows > 0; windows--, x += step, dx += step, y += channels, g += channels)
            {
                for (var first = 0; first < channels; first += 8)
                {
                    int c = accumulate ? first : Math.Min(first, Math.Max(0, channels - 8)), rest = channels - c;
                    var greatest = Ends.Load(y + c, rest);
                    var left = Ends.Load(g + c, rest);                  // what of the gradient has not found its place yet
                    for (var tap = 0; tap < taps.Length; tap++)
                    {
                        var place = dx + offsets[tap] + c;
                        var found = Vector256.Equals(Ends.Load(x + offsets[tap] + c, rest), greatest);
                        var given = left & found;
                        Ends.Store(accumulate ? Ends.Load(place, rest) + given : given, place, rest);
                        left = Vector256.AndNot(left, found);
                    }
                }
            }
        }
    }

    /// <summary>y = (Σ pixels, in order) / how many.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Mean(ReadOnlySpan<float> image, ReadOnlySpan<int> taps, int windows, int step, Span<float> output, int channels)
    {
        Check(image.Length, taps, windows, step, output.Length, channels);
        var count = Vector256.Create((float)taps.Length);
        fixed (float* firstX = image, firstY = output)
        fixed (int* offsets = taps)
        {
            float* x = firstX, y = firstY;
            for (; windows > 0; windows--, x += step, y += channels)
            {
                for (var c = 0; c < channels; c += 8)
                {
                    var sum = Vector256<float>.Zero;
                    for (var tap = 0; tap < taps.Length; tap++) { sum += Ends.Load(x + offsets[tap] + c, channels - c); }
                    Ends.Store(sum / count, y + c, channels - c);
                }
            }
        }
    }

    /// <summary>dx = g / how many or, when accumulating, added to what is there (fused).</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void MeanGradient(ReadOnlySpan<int> taps, int windows, int step, ReadOnlySpan<float> outputGradient, Span<float> imageGradient, int channels, bool accumulate)
    {
        Check(imageGradient.Length, taps, windows, step, outputGradient.Length, channels);
        var share = Vector256.Create(1f / taps.Length);
        fixed (float* firstG = outputGradient, firstDx = imageGradient)
        fixed (int* offsets = taps)
        {
            float* g = firstG, dx = firstDx;
            for (; windows > 0; windows--, dx += step, g += channels)
            {
                for (var c = 0; c < channels; c += 8)
                {
                    var rest = channels - c;
                    var given = Ends.Load(g + c, rest);
                    for (var tap = 0; tap < taps.Length; tap++)
                    {
                        var place = dx + offsets[tap] + c;
                        Ends.Store(accumulate ? Vector256.FusedMultiplyAdd(given, share, Ends.Load(place, rest)) : given * share, place, rest);
                    }
                }
            }
        }
    }

    [MethodImpl(Hot)]
    private static void MaximumOf16(float* x, int* offsets, int taps, int windows, nint step, float* y, int channels)
    {
        for (var c = 0; c < channels; c += 16)
        {
            var mask = Lanes(channels - c);
            float* from = x + c, to = y + c;
            for (var window = windows; window > 0; window--, from += step, to += channels)
            {
                var greatest = Load(from + offsets[0], mask);
                for (var tap = 1; tap < taps; tap++) { greatest = Vector512.Max(greatest, Load(from + offsets[tap], mask)); }
                Avx512F.MaskStore(to, mask, greatest);
            }
        }
    }

    [MethodImpl(Hot)]
    private static void MaximumGradientOf16(float* x, int* offsets, int taps, int windows, nint step, float* y, float* g, float* dx, int channels, bool accumulate)
    {
        for (var c = 0; c < channels; c += 16)
        {
            var mask = Lanes(channels - c);
            nint at = c, item = c;
            for (var window = windows; window > 0; window--, at += step, item += channels)
            {
                var greatest = Load(y + item, mask);
                var left = Load(g + item, mask);
                for (var tap = 0; tap < taps; tap++)
                {
                    var place = dx + at + offsets[tap];
                    var found = Vector512.Equals(Load(x + at + offsets[tap], mask), greatest);
                    var given = left & found;
                    Avx512F.MaskStore(place, mask, accumulate ? Load(place, mask) + given : given);
                    left = Vector512.AndNot(left, found);
                }
            }
        }
    }

    // Windows of two by two, the usual ones, without the loop over the taps. All is read before anything is written, so that no read waits for a write that only looks like one to its place.
    [MethodImpl(Hot)]
    private static void MaximumOfFour(float* x, int* offsets, int windows, nint step, float* y, int channels)
    {
        nint offset0 = offsets[0], offset1 = offsets[1], offset2 = offsets[2], offset3 = offsets[3];
        for (var c = 0; c < channels; c += 16)
        {
            var mask = Lanes(channels - c);
            float* from = x + c, to = y + c;
            for (var window = windows; window > 0; window--, from += step, to += channels)
            {
                var first = Vector512.Max(Load(from + offset0, mask), Load(from + offset1, mask));
                var second = Vector512.Max(Load(from + offset2, mask), Load(from + offset3, mask));
                Avx512F.MaskStore(to, mask, Vector512.Max(first, second));
            }
        }
    }

    [MethodImpl(Hot)]
    private static void MaximumGradientOfFour(float* x, int* offsets, int windows, nint step, float* y, float* g, float* dx, int channels)
    {
        nint offset0 = offsets[0], offset1 = offsets[1], offset2 = offsets[2], offset3 = offsets[3];
        for (var c = 0; c < channels; c += 16)
        {
            var mask = Lanes(channels - c);
            float* from = x + c, to = dx + c;
            nint item = c;
            for (var window = windows; window > 0; window--, from += step, to += step, item += channels)
            {
                var greatest = Load(y + item, mask);
                var left = Load(g + item, mask);
                var found0 = Vector512.Equals(Load(from + offset0, mask), greatest);
                var found1 = Vector512.Equals(Load(from + offset1, mask), greatest);
                var found2 = Vector512.Equals(Load(from + offset2, mask), greatest);
                var found3 = Vector512.Equals(Load(from + offset3, mask), greatest);
                var before2 = found0 | found1;
                Avx512F.MaskStore(to + offset0, mask, left & found0);
                Avx512F.MaskStore(to + offset1, mask, Vector512.AndNot(left & found1, found0));
                Avx512F.MaskStore(to + offset2, mask, Vector512.AndNot(left & found2, before2));
                Avx512F.MaskStore(to + offset3, mask, Vector512.AndNot(left & found3, before2 | found2));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* p, Vector512<float> mask) => Avx512F.MaskLoad(p, mask, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Lanes(int count)
        => Vector512.LessThan(Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), Vector512.Create(count)).AsSingle();

    private static void Check(int image, ReadOnlySpan<int> taps, int windows, int step, int output, int channels)
    {
        int last = (windows - 1) * step + channels;
        foreach (var tap in taps)
        {
            if (tap < 0 || tap + last > image) { throw new ArgumentException($"Tap {tap} of {windows} windows with step {step} and {channels} channels is not within the image of {image} numbers."); }
        }
        if (taps.IsEmpty || output < windows * channels) { throw new ArgumentException($"{windows} windows of {taps.Length} taps and {channels} channels do not fit into {output} numbers."); }
    }
}
