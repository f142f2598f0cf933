using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Kernels;

/// <summary>Draws which numbers dropout keeps, a bit for each, and keeps them.</summary>
/// <remarks>Number i of a stretch has bit i % 8 of byte i / 8; bits beyond the end are not to be read. The draws are those of <see cref="RandomStream.Uniform"/>, whatever the width of the vectors.</remarks>
internal static unsafe class Dropping
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization, Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>Bytes that the bits of so many numbers take.</summary>
    public static int BytesOf(int count) => (count + 7) / 8;

    /// <summary>Bit i is 1 where <c>random.Uniform(first + i)</c> is at least <paramref name="rate"/>.</summary>
    /// <param name="random">The stream.</param>
    /// <param name="first">Index of the first draw.</param>
    /// <param name="rate">Share that is dropped, 0 to 1.</param>
    /// <param name="count">How many to draw.</param>
    /// <param name="bits">Written, <see cref="BytesOf"/> bytes.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Draw(in RandomStream random, ulong first, double rate, int count, Span<byte> bits)
    {
        // A draw u is m·2^-53 with m whole: u < rate is m < rate·2^53, and scaling by a power of two is exact.
        var threshold = Vector256.Create((long)Math.Ceiling(rate * (1L << 53)));
        var low = Vector256.Create(random.CounterOf(first)) + Vector256.Create(0, RandomStream.Step, unchecked(2 * RandomStream.Step), unchecked(3 * RandomStream.Step));
        var high = low + Vector256.Create(unchecked(4 * RandomStream.Step));
        var step = Vector256.Create(unchecked(8 * RandomStream.Step));
        for (int i = 0; i < BytesOf(count); i++)
        {
            uint dropped = Vector256.LessThan((Mix(low) >> 11).AsInt64(), threshold).ExtractMostSignificantBits()
                | (Vector256.LessThan((Mix(high) >> 11).AsInt64(), threshold).ExtractMostSignificantBits() << 4);
            bits[i] = (byte)~dropped;
            low += step;
            high += step;
        }
    }

    /// <summary>y = x·scale where the bit is 1, else 0.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Keep(ReadOnlySpan<float> x, float scale, ReadOnlySpan<byte> bits, Span<float> y)
    {
        Check(x.Length, bits.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            for (int i = 0; i < x.Length; i += 8) Ends.Store((Ends.Load(px + i, x.Length - i) * scale) & MaskOf(bits[i / 8]), py + i, x.Length - i);
        }
    }

    /// <summary>y += x·scale where the bit is 1.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void AddKept(ReadOnlySpan<float> x, float scale, ReadOnlySpan<byte> bits, Span<float> y)
    {
        Check(x.Length, bits.Length, y.Length);
        fixed (float* px = x, py = y)
        {
            for (int i = 0; i < x.Length; i += 8)
            {
                int count = x.Length - i;
                Ends.Store(Ends.Load(py + i, count) + ((Ends.Load(px + i, count) * scale) & MaskOf(bits[i / 8])), py + i, count);
            }
        }
    }

    [MethodImpl(Inline)]
    private static Vector256<ulong> Mix(Vector256<ulong> z)
    {
        z = (z ^ (z >> 30)) * Vector256.Create(RandomStream.FirstFactor);
        z = (z ^ (z >> 27)) * Vector256.Create(RandomStream.SecondFactor);
        return z ^ (z >> 31);
    }

    [MethodImpl(Inline)]
    private static Vector256<float> MaskOf(byte bits)
    {
        var each = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        return Vector256.Equals(Vector256.Create((int)bits) & each, each).AsSingle();
    }

    private static void Check(int x, int bytes, int y)
    {
        if (y != x || bytes < BytesOf(x)) throw new ArgumentException($"{x} numbers want {BytesOf(x)} bytes of bits and {x} results, but there are {bytes} and {y}.");
    }
}
