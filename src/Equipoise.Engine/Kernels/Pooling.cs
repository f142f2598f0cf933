using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>Windows of a pooling that lie side by side, eight channels at a time; the last channels through masks.</summary>
/// <remarks>
/// Window w looks at the pixels image[taps[t] + w·step + channel], at least one. Outputs of neighbouring windows lie one after the other.
/// Each number is that of the plain loop over the taps in order, so no instruction set and no cut changes a bit.
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
            for (; windows > 0; windows--, x += step, y += channels)
            {
                for (var c = 0; c < channels; c += 8)
                {
                    var rest = channels - c;
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
            for (; windows > 0; windows--, x += step, dx += step, y += channels, g += channels)
            {
                for (var c = 0; c < channels; c += 8)
                {
                    var rest = channels - c;
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
