using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Engine.Kernels;

/// <summary>Softmax and log-sum-exp of rows, shifted by the row's maximum so that nothing overflows.</summary>
/// <remarks>
/// softmax(x)ᵢ = e^(xᵢ - m) / Σⱼ e^(xⱼ - m), m = max x; log-sum-exp = m + log Σ e^(xᵢ - m). The sum runs in the 16 lanes of <see cref="Reductions"/>.
/// A row with NaN becomes NaN. Numbers equal to +infinity share the whole evenly. A row of -infinity alone, as after masking everything, becomes zeros (not NaN), and its log-sum-exp is -infinity.
/// Results may be written over their inputs. Shapes: [rows, width], without gaps between rows.
/// </remarks>
public static unsafe class Softmax
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>y = softmax(x). Shapes: x, y [width].</summary>
    public static void Row(ReadOnlySpan<float> x, Span<float> y)
    {
        if (x.Length != y.Length) { throw new ArgumentException($"Has {x.Length} numbers but the destination has {y.Length}.", nameof(x)); }
        var max = Reductions.Max(x);
        if (float.IsFinite(max)) { Divide(y, ExpShifted(x, max, y)); }
        else if (max == float.PositiveInfinity) { ShareInfinities(x, y); }
        else { y.Fill(float.IsNaN(max) ? float.NaN : 0); }
    }

    /// <summary>Each row of y = softmax of that row of x. Shapes: x, y [rows, width].</summary>
    public static void Rows(ReadOnlySpan<float> x, Span<float> y, int rows, int width)
    {
        if (width is > 0 and <= 8)
        {
            NarrowRows(x[..(rows * width)], y[..(rows * width)], width);
            return;
        }
        for (var row = 0; row < rows; row++) { Row(x.Slice(row * width, width), y.Slice(row * width, width)); }
    }

    /// <summary>log Σ e^x.</summary>
    public static float LogSumExp(ReadOnlySpan<float> x)
    {
        var max = Reductions.Max(x);
        return float.IsFinite(max) ? max + Exponentials.Log(ExpShifted(x, max, default)) : max;
    }

    /// <summary>log Σ e^x of each row. Shapes: x [rows, width], result [rows].</summary>
    public static void LogSumExpRows(ReadOnlySpan<float> x, int rows, int width, Span<float> result)
    {
        for (var row = 0; row < rows; row++) { result[row] = LogSumExp(x.Slice(row * width, width)); }
    }

    /// <summary>dx += y·(dy - Σ dy·y), with y = softmax(x): the gradient towards x of one row. Shapes: all [width].</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    public static void AddGradient(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx)
    {
        if (dx.Length != y.Length) { throw new ArgumentException($"Has {dx.Length} numbers but y has {y.Length}.", nameof(dx)); }
        var mean = Reductions.Dot(dy, y);
        var means = Vector256.Create(mean);
        fixed (float* py = y, pg = dy, pd = dx)
        {
            var i = 0;
            for (; i <= y.Length - 8; i += 8) { Vector256.FusedMultiplyAdd(Vector256.Load(py + i), Vector256.Load(pg + i) - means, Vector256.Load(pd + i)).Store(pd + i); }
            for (; i < y.Length; i++) { pd[i] = MathF.FusedMultiplyAdd(py[i], pg[i] - mean, pd[i]); }
        }
    }

    /// <summary>The gradient towards x of every row. Shapes: all [rows, width].</summary>
    public static void AddGradientRows(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, int rows, int width)
    {
        for (var row = 0; row < rows; row++) { AddGradient(y.Slice(row * width, width), dy.Slice(row * width, width), dx.Slice(row * width, width)); }
    }

    /// <summary>Rows of up to 8 numbers without leaving the registers; rows without a finite maximum take the general way. Same bits as that.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    private static void NarrowRows(ReadOnlySpan<float> x, Span<float> y, int width)
    {
        fixed (float* px = x, py = y)
        {
            for (var i = 0; i < x.Length; i += width)
            {
                var row = width == 8 ? Vector256.Load(px + i) : Elementwise.LoadFirst(px + i, width, float.NegativeInfinity);
                var max = Reductions.Greatest(row);
                if (!float.IsFinite(max) || !Vector256.EqualsAll(row, row))
                {
                    Row(x.Slice(i, width), y.Slice(i, width));
                    continue;
                }
                var e = Exponentials.Exp(row - Vector256.Create(max));
                e /= Vector256.Create(Reductions.Fold(e, Vector256<float>.Zero));
                if (width == 8) { e.Store(py + i); }
                else { Elementwise.StoreFirst(e, py + i, width); }
            }
        }
    }

    /// <summary>Σ e^(x - shift); the terms go to y, unless that is empty.</summary>
    [SkipLocalsInit, MethodImpl(Hot)]
    private static float ExpShifted(ReadOnlySpan<float> x, float shift, Span<float> y)
    {
        Vector256<float> low = default, high = default;
        var shifts = Vector256.Create(shift);
        fixed (float* px = x, py = y)
        {
            for (var i = 0; i < x.Length; i += 8)
            {
                var rest = x.Length - i;
                // Absent numbers count as -infinity, whose exponential is zero.
                var e = Exponentials.Exp((rest >= 8 ? Vector256.Load(px + i) : Elementwise.LoadFirst(px + i, rest, float.NegativeInfinity)) - shifts);
                if (py is not null)
                {
                    if (rest >= 8) { e.Store(py + i); }
                    else { Elementwise.StoreFirst(e, py + i, rest); }
                }
                // The two halves of the lanes take turns.
                (low, high) = (high, low + e);
            }
            if (((x.Length + 7) / 8 & 1) != 0) { (low, high) = (high, low); }
        }
        return Reductions.Fold(low, high);
    }

    [MethodImpl(Hot)]
    private static void Divide(Span<float> y, float divisor)
    {
        var divisors = Vector256.Create(divisor);
        fixed (float* p = y)
        {
            var i = 0;
            for (; i <= y.Length - 8; i += 8) { (Vector256.Load(p + i) / divisors).Store(p + i); }
            for (; i < y.Length; i++) { p[i] /= divisor; }
        }
    }

    private static void ShareInfinities(ReadOnlySpan<float> x, Span<float> y)
    {
        var count = x.Count(float.PositiveInfinity);
        for (var i = 0; i < x.Length; i++) { y[i] = x[i] == float.PositiveInfinity ? 1f / count : 0; }
    }
}
