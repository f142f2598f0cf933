using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Vectors mixed by weights, row by row, and the gradients of that: each vector is read once.</summary>
/// <remarks>
/// x [rows, count, width], w [rows, count], y [rows, width]. y = w[0]·x[0], then one fused multiply-add for each further vector, in order. ∂x[e] = w[e]·∂y;
/// ∂w[e] = x[e]·∂y, summed as in <see cref="Reductions.Dot"/>. So the bits are those of the plain loops over <see cref="Elementwise"/> and <see cref="Reductions"/>.
/// Spans must be of the sizes said; count is at least 1. Nothing is allocated.
/// </remarks>
public static unsafe class MixtureRows
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>y = Σ over e of w[e]·x[e].</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Mix(ReadOnlySpan<float> x, ReadOnlySpan<float> w, Span<float> y, int rows, int count, int width)
    {
        Check(x.Length, w.Length, y.Length, rows, count, width);
        fixed (float* xs = x, ws = w, ys = y)
        {
            var weights = ws;
            MixSeveral(xs, &weights, ys, rows, 1, count, width);
        }
    }

    /// <summary>y[m] = Σ over e of w[m][e]·x[e]: several mixtures of the same vectors; y [rows, mixtures, width].</summary>
    internal static void MixSeveral(float* x, float** w, float* y, int rows, int mixtures, int count, int width)
    {
        for (var row = 0; row < rows; row++, x += (nint)count * width)
        {
            for (var m = 0; m < mixtures; m++, y += width) { MixRow(x, w[m] + row * count, y, count, width); }
        }
    }

    /// <summary>The gradients of the vectors and of the weights from that of y.</summary>
    /// <param name="x">The vectors.</param>
    /// <param name="w">The weights.</param>
    /// <param name="dy">Gradient of y.</param>
    /// <param name="dx">Gradient of the vectors, or empty if none is wanted.</param>
    /// <param name="addToX">Add to what dx holds.</param>
    /// <param name="dw">Gradient of the weights, or empty if none is wanted.</param>
    /// <param name="addToW">Add to what dw holds.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="count">Vectors a row.</param>
    /// <param name="width">Numbers a vector.</param>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void Gradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, Span<float> dx, bool addToX, Span<float> dw, bool addToW, int rows, int count, int width)
    {
        Check(x.Length, w.Length, dy.Length, rows, count, width);
        if (!dx.IsEmpty && dx.Length != x.Length) { throw new ArgumentException($"Has {dx.Length} numbers but x has {x.Length}.", nameof(dx)); }
        if (!dw.IsEmpty && dw.Length != w.Length) { throw new ArgumentException($"Has {dw.Length} numbers but w has {w.Length}.", nameof(dw)); }
        fixed (float* xs = x, ws = w, dys = dy, dxs = dx, dws = dw)
        {
            float* weights = ws, gradients = dws;
            GradientsOfSeveral(xs, &weights, dys, dxs, addToX, &gradients, &addToW, rows, 1, count, width);
        }
    }

    /// <summary>The same for several mixtures of the same vectors, of which the last adds to the vectors' gradient first; dy [rows, mixtures, width].</summary>
    internal static void GradientsOfSeveral(float* x, float** w, float* dy, float* dx, bool addToX, float** dw, bool* addToW, int rows, int mixtures, int count, int width)
    {
        for (var row = 0; row < rows; row++, x += (nint)count * width, dy += (nint)mixtures * width)
        {
            var m = mixtures - 1;
            for (; Avx.IsSupported && m >= 3 && width % 16 == 0 && dx is not null && dw[m] is not null && dw[m - 1] is not null && dw[m - 2] is not null && dw[m - 3] is not null; m -= 4)
            {
                var from = dy + (nint)(m - 3) * width;
                var adds = addToX || m < mixtures - 1;
                if (Avx512F.IsSupported) { GradientRowOfFour(x, w + m - 3, from, dx, adds, dw + m - 3, addToW + m - 3, row * count, count, width); }
                else { NarrowGradientRowOfFour(x, w + m - 3, from, dx, adds, dw + m - 3, addToW + m - 3, row * count, count, width); }
            }
            for (; m >= 0; m--)
            {
                GradientRow(x, w[m] + row * count, dy + (nint)m * width, dx, addToX || m < mixtures - 1, dw[m] is null ? null : dw[m] + row * count, addToW[m], count, width);
            }
            if (dx is not null) { dx += (nint)count * width; }
        }
    }

    [MethodImpl(Hot)]
    private static void MixRow(float* px, float* pw, float* py, int count, int width)
    {
        var i = 0;
        for (; Avx512F.IsSupported && i <= width - 64; i += 64)
        {
            var factor = Vector512.Create(*pw);
            var p = px + i;
            Vector512<float> s0 = factor * Vector512.Load(p), s1 = factor * Vector512.Load(p + 16), s2 = factor * Vector512.Load(p + 32), s3 = factor * Vector512.Load(p + 48);
            for (var e = 1; e < count; e++)
            {
                p += width;
                factor = Vector512.Create(pw[e]);
                s0 = Avx512F.FusedMultiplyAdd(factor, Vector512.Load(p), s0);
                s1 = Avx512F.FusedMultiplyAdd(factor, Vector512.Load(p + 16), s1);
                s2 = Avx512F.FusedMultiplyAdd(factor, Vector512.Load(p + 32), s2);
                s3 = Avx512F.FusedMultiplyAdd(factor, Vector512.Load(p + 48), s3);
            }
            s0.Store(py + i);
            s1.Store(py + i + 16);
            s2.Store(py + i + 32);
            s3.Store(py + i + 48);
        }
        for (; i <= width - 32; i += 32)
        {
            var factor = Vector256.Create(*pw);
            var p = px + i;
            Vector256<float> s0 = factor * Vector256.Load(p), s1 = factor * Vector256.Load(p + 8), s2 = factor * Vector256.Load(p + 16), s3 = factor * Vector256.Load(p + 24);
            for (var e = 1; e < count; e++)
            {
                p += width;
                factor = Vector256.Create(pw[e]);
                s0 = Vector256.FusedMultiplyAdd(factor, Vector256.Load(p), s0);
                s1 = Vector256.FusedMultiplyAdd(factor, Vector256.Load(p + 8), s1);
                s2 = Vector256.FusedMultiplyAdd(factor, Vector256.Load(p + 16), s2);
                s3 = Vector256.FusedMultiplyAdd(factor, Vector256.Load(p + 24), s3);
            }
            s0.Store(py + i);
            s1.Store(py + i + 8);
            s2.Store(py + i + 16);
            s3.Store(py + i + 24);
        }
        for (; i < width; i += 8)
        {
            var s = Vector256.Create(*pw) * Ends.Load(px + i, width - i);
            for (var e = 1; e < count; e++) { s = Vector256.FusedMultiplyAdd(Vector256.Create(pw[e]), Ends.Load(px + (nint)e * width + i, width - i), s); }
            Ends.Store(s, py + i, width - i);
        }
    }

    [MethodImpl(Hot)]
    private static void GradientRow(float* x, float* w, float* dy, float* dx, bool addToX, float* dw, bool addToW, int count, int width)
    {
        var both = Avx512F.IsSupported && dx is not null && dw is not null && width % 16 == 0;
        for (var e = 0; e < count; e++, x += width)
        {
            float dot = 0;
            if (both) { dot = SpreadAndDot(x, dy, w[e], dx, addToX, width); }
            else
            {
                if (dx is not null) { Spread(dy, w[e], dx, addToX, width); }
                if (dw is not null) { dot = Dot(x, dy, width); }
            }
            if (dw is not null) { dw[e] = addToW ? dw[e] + dot : dot; }
            if (dx is not null) { dx += width; }
        }
    }

    // Four mixtures at once, the last first: each vector and its gradient are read and written once for all of them.
    [MethodImpl(Hot)]
    private static void GradientRowOfFour(float* x, float** w, float* dy, float* dx, bool addToX, float** dw, bool* addToW, nint first, int count, int width)
    {
        float* dy1 = dy + width, dy2 = dy1 + width, dy3 = dy2 + width;
        for (var e = first; e < first + count; e++, x += width, dx += width)
        {
            Vector512<float> w0 = Vector512.Create(w[0][e]), w1 = Vector512.Create(w[1][e]), w2 = Vector512.Create(w[2][e]), w3 = Vector512.Create(w[3][e]);
            Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nint i = 0; i < width; i += 16)
            {
                Vector512<float> y0 = Vector512.Load(dy + i), y1 = Vector512.Load(dy1 + i), y2 = Vector512.Load(dy2 + i), y3 = Vector512.Load(dy3 + i);
                var d = addToX ? Avx512F.FusedMultiplyAdd(w3, y3, Vector512.Load(dx + i)) : w3 * y3;
                d = Avx512F.FusedMultiplyAdd(w2, y2, d);
                d = Avx512F.FusedMultiplyAdd(w1, y1, d);
                Avx512F.FusedMultiplyAdd(w0, y0, d).Store(dx + i);
                var v = Vector512.Load(x + i);
                s0 = Avx512F.FusedMultiplyAdd(v, y0, s0);
                s1 = Avx512F.FusedMultiplyAdd(v, y1, s1);
                s2 = Avx512F.FusedMultiplyAdd(v, y2, s2);
                s3 = Avx512F.FusedMultiplyAdd(v, y3, s3);
            }
            Put(dw[0] + e, s0, addToW[0]);
            Put(dw[1] + e, s1, addToW[1]);
            Put(dw[2] + e, s2, addToW[2]);
            Put(dw[3] + e, s3, addToW[3]);
        }
    }

    // The same with vectors of eight: the halves of each sum one after the other.
    [MethodImpl(Hot)]
    private static void NarrowGradientRowOfFour(float* x, float** w, float* dy, float* dx, bool addToX, float** dw, bool* addToW, nint first, int count, int width)
    {
        float* dy1 = dy + width, dy2 = dy1 + width, dy3 = dy2 + width;
        for (var e = first; e < first + count; e++, x += width, dx += width)
        {
            Vector256<float> w0 = Vector256.Create(w[0][e]), w1 = Vector256.Create(w[1][e]), w2 = Vector256.Create(w[2][e]), w3 = Vector256.Create(w[3][e]);
            Vector256<float> low0 = default, low1 = default, low2 = default, low3 = default, high0 = default, high1 = default, high2 = default, high3 = default;
            for (nint i = 0; i < width; i += 16)
            {
                Vector256<float> y0 = Vector256.Load(dy + i), y1 = Vector256.Load(dy1 + i), y2 = Vector256.Load(dy2 + i), y3 = Vector256.Load(dy3 + i);
                var d = addToX ? Vector256.FusedMultiplyAdd(w3, y3, Vector256.Load(dx + i)) : w3 * y3;
                d = Vector256.FusedMultiplyAdd(w2, y2, d);
                d = Vector256.FusedMultiplyAdd(w1, y1, d);
                Vector256.FusedMultiplyAdd(w0, y0, d).Store(dx + i);
                var v = Vector256.Load(x + i);
                low0 = Vector256.FusedMultiplyAdd(v, y0, low0);
                low1 = Vector256.FusedMultiplyAdd(v, y1, low1);
                low2 = Vector256.FusedMultiplyAdd(v, y2, low2);
                low3 = Vector256.FusedMultiplyAdd(v, y3, low3);
                y0 = Vector256.Load(dy + i + 8);
                y1 = Vector256.Load(dy1 + i + 8);
                y2 = Vector256.Load(dy2 + i + 8);
                y3 = Vector256.Load(dy3 + i + 8);
                d = addToX ? Vector256.FusedMultiplyAdd(w3, y3, Vector256.Load(dx + i + 8)) : w3 * y3;
                d = Vector256.FusedMultiplyAdd(w2, y2, d);
                d = Vector256.FusedMultiplyAdd(w1, y1, d);
                Vector256.FusedMultiplyAdd(w0, y0, d).Store(dx + i + 8);
                v = Vector256.Load(x + i + 8);
                high0 = Vector256.FusedMultiplyAdd(v, y0, high0);
                high1 = Vector256.FusedMultiplyAdd(v, y1, high1);
                high2 = Vector256.FusedMultiplyAdd(v, y2, high2);
                high3 = Vector256.FusedMultiplyAdd(v, y3, high3);
            }
            Put(dw[0] + e, low0, high0, addToW[0]);
            Put(dw[1] + e, low1, high1, addToW[1]);
            Put(dw[2] + e, low2, high2, addToW[2]);
            Put(dw[3] + e, low3, high3, addToW[3]);
        }
    }

    private static void Put(float* dw, Vector512<float> sums, bool add) => Put(dw, sums.GetLower(), sums.GetUpper(), add);

    private static void Put(float* dw, Vector256<float> low, Vector256<float> high, bool add)
    {
        var dot = Reductions.Fold(low, high);
        *dw = add ? *dw + dot : dot;
    }

    // Both at once, dy read once. The halves of a vector are the two sums of Dot.
    [MethodImpl(Hot)]
    private static float SpreadAndDot(float* x, float* dy, float weight, float* dx, bool add, int width)
    {
        var factor = Vector512.Create(weight);
        var sums = Vector512<float>.Zero;
        if (add)
        {
            for (var i = 0; i < width; i += 16)
            {
                var y = Vector512.Load(dy + i);
                Avx512F.FusedMultiplyAdd(factor, y, Vector512.Load(dx + i)).Store(dx + i);
                sums = Avx512F.FusedMultiplyAdd(Vector512.Load(x + i), y, sums);
            }
        }
        else
        {
            for (var i = 0; i < width; i += 16)
            {
                var y = Vector512.Load(dy + i);
                (factor * y).Store(dx + i);
                sums = Avx512F.FusedMultiplyAdd(Vector512.Load(x + i), y, sums);
            }
        }
        return Reductions.Fold(sums.GetLower(), sums.GetUpper());
    }

    private static void Spread(float* dy, float weight, float* dx, bool add, int width)
    {
        var factor = Vector256.Create(weight);
        var i = 0;
        if (add)
        {
            for (; i <= width - 8; i += 8) { Vector256.FusedMultiplyAdd(factor, Vector256.Load(dy + i), Vector256.Load(dx + i)).Store(dx + i); }
            if (i < width) { Elementwise.StoreFirst(Vector256.FusedMultiplyAdd(factor, Elementwise.LoadFirst(dy + i, width - i), Elementwise.LoadFirst(dx + i, width - i)), dx + i, width - i); }
            return;
        }
        for (; i <= width - 8; i += 8) { (factor * Vector256.Load(dy + i)).Store(dx + i); }
        if (i < width) { Elementwise.StoreFirst(factor * Elementwise.LoadFirst(dy + i, width - i), dx + i, width - i); }
    }

    private static float Dot(float* x, float* y, int width)
    {
        Vector256<float> low = default, high = default;
        var i = 0;
        for (; i <= width - 16; i += 16)
        {
            low = Vector256.FusedMultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), low);
            high = Vector256.FusedMultiplyAdd(Vector256.Load(x + i + 8), Vector256.Load(y + i + 8), high);
        }
        var rest = width - i;
        if (rest > 0) { low = Vector256.FusedMultiplyAdd(Ends.Load(x + i, rest), Ends.Load(y + i, rest), low); }
        if (rest > 8) { high = Vector256.FusedMultiplyAdd(Ends.Load(x + i + 8, rest - 8), Ends.Load(y + i + 8, rest - 8), high); }
        return Reductions.Fold(low, high);
    }

    private static void Check(int x, int w, int y, int rows, int count, int width)
    {
        if (count < 1) { throw new ArgumentOutOfRangeException(nameof(count)); }
        if (x != (long)rows * count * width || w != rows * count || y != rows * width)
        {
            throw new ArgumentException($"{rows} rows of {count} vectors of {width} numbers do not fit spans of {x}, {w} and {y} numbers.", nameof(rows));
        }
    }
}
