using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Loops over numbers that have nothing to do with one another. Destination last; all spans have the length of the destination.</summary>
/// <remarks>
/// Each number comes from one rounding of the formula given (a product and a sum together are fused), so the bits are those of the plain loop. A destination may be the same span as a source, but
/// must not overlap it otherwise. Empty spans are allowed. Nothing is allocated.
/// </remarks>
public static unsafe class Elementwise
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>y = f(x). Shapes: x, y [n].</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Apply<T>(T function, ReadOnlySpan<float> x, Span<float> y) where T : struct, IElementwise
    {
        Check(x.Length, y.Length, nameof(x));
        fixed (float* px = x, py = y)
        {
            var i = 0;
            for (; i <= y.Length - 8; i += 8) { function.Value(Vector256.Load(px + i)).Store(py + i); }
            if (i < y.Length) { StoreFirst(function.Value(LoadFirst(px + i, y.Length - i)), py + i, y.Length - i); }
        }
    }

    /// <summary>inputGradient += outputGradient·f'(x), with y = f(x): a fused multiply-add. Shapes: all [n].</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void AddGradient<T>(T function, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> outputGradient, Span<float> inputGradient) where T : struct, IElementwise
    {
        Check(x.Length, inputGradient.Length, nameof(x));
        Check(y.Length, inputGradient.Length, nameof(y));
        Check(outputGradient.Length, inputGradient.Length, nameof(outputGradient));
        fixed (float* px = x, py = y, pg = outputGradient, pd = inputGradient)
        {
            var i = 0;
            for (; i <= inputGradient.Length - 8; i += 8)
            {
                Vector256.FusedMultiplyAdd(Vector256.Load(pg + i), function.Slope(Vector256.Load(px + i), Vector256.Load(py + i)), Vector256.Load(pd + i)).Store(pd + i);
            }
            var rest = inputGradient.Length - i;
            if (rest > 0)
            {
                var slope = function.Slope(LoadFirst(px + i, rest), LoadFirst(py + i, rest));
                StoreFirst(Vector256.FusedMultiplyAdd(LoadFirst(pg + i, rest), slope, LoadFirst(pd + i, rest)), pd + i, rest);
            }
        }
    }

    /// <summary>inputGradient = outputGradient·f'(x), with y = f(x). Shapes: all [n].</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Gradient<T>(T function, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> outputGradient, Span<float> inputGradient) where T : struct, IElementwise
    {
        Check(x.Length, inputGradient.Length, nameof(x));
        Check(y.Length, inputGradient.Length, nameof(y));
        Check(outputGradient.Length, inputGradient.Length, nameof(outputGradient));
        fixed (float* px = x, py = y, pg = outputGradient, pd = inputGradient)
        {
            var i = 0;
            for (; i <= inputGradient.Length - 8; i += 8)
            {
                (Vector256.Load(pg + i) * function.Slope(Vector256.Load(px + i), Vector256.Load(py + i))).Store(pd + i);
            }
            var rest = inputGradient.Length - i;
            if (rest > 0) { StoreFirst(LoadFirst(pg + i, rest) * function.Slope(LoadFirst(px + i, rest), LoadFirst(py + i, rest)), pd + i, rest); }
        }
    }

    /// <summary>z = x + y.</summary>
    [MethodImpl(Hot)]
    public static void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z)
    {
        Check(x.Length, z.Length, nameof(x));
        Check(y.Length, z.Length, nameof(y));
        fixed (float* px = x, py = y, pz = z)
        {
            var i = 0;
            for (; i <= z.Length - 8; i += 8) { (Vector256.Load(px + i) + Vector256.Load(py + i)).Store(pz + i); }
            for (; i < z.Length; i++) { pz[i] = px[i] + py[i]; }
        }
    }

    /// <summary>z = x - y.</summary>
    [MethodImpl(Hot)]
    public static void Subtract(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z)
    {
        Check(x.Length, z.Length, nameof(x));
        Check(y.Length, z.Length, nameof(y));
        fixed (float* px = x, py = y, pz = z)
        {
            var i = 0;
            for (; i <= z.Length - 8; i += 8) { (Vector256.Load(px + i) - Vector256.Load(py + i)).Store(pz + i); }
            for (; i < z.Length; i++) { pz[i] = px[i] - py[i]; }
        }
    }

    /// <summary>z = x·y, number by number.</summary>
    [MethodImpl(Hot)]
    public static void Multiply(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z)
    {
        Check(x.Length, z.Length, nameof(x));
        Check(y.Length, z.Length, nameof(y));
        fixed (float* px = x, py = y, pz = z)
        {
            var i = 0;
            for (; i <= z.Length - 8; i += 8) { (Vector256.Load(px + i) * Vector256.Load(py + i)).Store(pz + i); }
            for (; i < z.Length; i++) { pz[i] = px[i] * py[i]; }
        }
    }

    /// <summary>y += x.</summary>
    public static void AddTo(ReadOnlySpan<float> x, Span<float> y) => Add(x, y, y);

    /// <summary>y += scale·x, fused.</summary>
    [MethodImpl(Hot)]
    public static void AddScaled(ReadOnlySpan<float> x, float scale, Span<float> y)
    {
        Check(x.Length, y.Length, nameof(x));
        fixed (float* px = x, py = y)
        {
            var factor = Vector256.Create(scale);
            var i = 0;
            for (; i <= y.Length - 8; i += 8) { Vector256.FusedMultiplyAdd(factor, Vector256.Load(px + i), Vector256.Load(py + i)).Store(py + i); }
            for (; i < y.Length; i++) { py[i] = MathF.FusedMultiplyAdd(scale, px[i], py[i]); }
        }
    }

    /// <summary>z += x·y, number by number, fused.</summary>
    [MethodImpl(Hot)]
    public static void MultiplyAddTo(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z)
    {
        Check(x.Length, z.Length, nameof(x));
        Check(y.Length, z.Length, nameof(y));
        fixed (float* px = x, py = y, pz = z)
        {
            var i = 0;
            for (; i <= z.Length - 8; i += 8) { Vector256.FusedMultiplyAdd(Vector256.Load(px + i), Vector256.Load(py + i), Vector256.Load(pz + i)).Store(pz + i); }
            for (; i < z.Length; i++) { pz[i] = MathF.FusedMultiplyAdd(px[i], py[i], pz[i]); }
        }
    }

    /// <summary>y = scale·x.</summary>
    [MethodImpl(Hot)]
    public static void Scale(ReadOnlySpan<float> x, float scale, Span<float> y)
    {
        Check(x.Length, y.Length, nameof(x));
        fixed (float* px = x, py = y)
        {
            var factor = Vector256.Create(scale);
            var i = 0;
            for (; i <= y.Length - 8; i += 8) { (factor * Vector256.Load(px + i)).Store(py + i); }
            for (; i < y.Length; i++) { py[i] = scale * px[i]; }
        }
    }

    /// <summary>y = scale·x, or 0 where that is nearer to zero than smallest. NaN stays.</summary>
    /// <remarks>Numbers that are nothing beside their neighbours turn denormal a few products later, which slows arithmetic thirtyfold.</remarks>
    [MethodImpl(Hot)]
    public static void ScaleOrZero(ReadOnlySpan<float> x, float scale, float smallest, Span<float> y)
    {
        Check(x.Length, y.Length, nameof(x));
        fixed (float* px = x, py = y)
        {
            Vector256<float> factor = Vector256.Create(scale), bound = Vector256.Create(smallest);
            var i = 0;
            for (; i <= y.Length - 8; i += 8)
            {
                var product = factor * Vector256.Load(px + i);
                Vector256.AndNot(product, Vector256.LessThan(Vector256.Abs(product), bound)).Store(py + i);
            }
            for (; i < y.Length; i++)
            {
                var product = scale * px[i];
                py[i] = Math.Abs(product) < smallest ? 0 : product;
            }
        }
    }

    /// <summary>y *= scale.</summary>
    public static void Scale(float scale, Span<float> y) => Scale(y, scale, y);

    /// <summary>y = value.</summary>
    public static void Fill(float value, Span<float> y) => y.Fill(value);

    /// <summary>y = x.</summary>
    public static void Copy(ReadOnlySpan<float> x, Span<float> y)
    {
        Check(x.Length, y.Length, nameof(x));
        x.CopyTo(y);
    }

    /// <summary>The first count numbers at p, less than 8, and the padding after them. Reads nothing beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> LoadFirst(float* p, int count, float padding = 0)
    {
        var padded = Vector256.Create(padding);
        if (Avx.IsSupported)
        {
            var mask = Avx2Ends.Lanes(count);
            return Vector256.ConditionalSelect(mask, Avx.MaskLoad(p, mask), padded);
        }
        var lanes = (float*)&padded;
        for (var lane = 0; lane < count; lane++) { lanes[lane] = p[lane]; }
        return padded;
    }

    /// <summary>Stores the first count numbers, less than 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void StoreFirst(Vector256<float> x, float* p, int count)
    {
        if (Avx.IsSupported)
        {
            Avx.MaskStore(p, Avx2Ends.Lanes(count), x);
            return;
        }
        var lanes = (float*)&x;
        for (var lane = 0; lane < count; lane++) { p[lane] = lanes[lane]; }
    }

    private static void Check(int length, int wanted, string name)
    {
        if (length != wanted) { throw new ArgumentException($"Has {length} numbers but the destination has {wanted}.", name); }
    }
}
