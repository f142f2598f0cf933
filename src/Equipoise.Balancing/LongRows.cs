using System.Runtime.Intrinsics;

namespace Equipoise.Balancing;

/// <summary>Loops over gradients, which are long: four numbers at a time, in double. The width of the machine's vectors changes no bit.</summary>
internal static class LongRows
{
    /// <summary>Numbers of a vector.</summary>
    public const int Width = 4;

    /// <summary>Where whole vectors end.</summary>
    public static int Whole(int length) => length - (length % Width);

    /// <summary>Four numbers.</summary>
    public static Vector256<double> At(ReadOnlySpan<double> x, int i) => Vector256.Create(x.Slice(i, Width));

    /// <summary>Four numbers, widened.</summary>
    public static Vector256<double> At(ReadOnlySpan<float> x, int i)
    {
        var four = Vector128.Create(x.Slice(i, Width));
        return Vector256.Create(Vector128.WidenLower(four), Vector128.WidenUpper(four));
    }

    /// <summary>Σ x y: sixteen sums in turn, added up at the end.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Vector256<double> a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i <= x.Length - (4 * Width); i += 4 * Width)
        {
            a += At(x, i) * At(y, i);
            b += At(x, i + Width) * At(y, i + Width);
            c += At(x, i + (2 * Width)) * At(y, i + (2 * Width));
            d += At(x, i + (3 * Width)) * At(y, i + (3 * Width));
        }

        double sum = Vector256.Sum(a + c + (b + d));
        for (; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary>Σ x²: sixteen sums in turn, added up at the end.</summary>
    public static double Square(ReadOnlySpan<float> x)
    {
        Vector256<double> a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i <= x.Length - (4 * Width); i += 4 * Width)
        {
            Vector256<double> first = At(x, i), second = At(x, i + Width), third = At(x, i + (2 * Width)), fourth = At(x, i + (3 * Width));
            a += first * first;
            b += second * second;
            c += third * third;
            d += fourth * fourth;
        }

        double sum = Vector256.Sum(a + c + (b + d));
        for (; i < x.Length; i++) sum += (double)x[i] * x[i];
        return sum;
    }

    /// <summary>y = scale x.</summary>
    public static void Scale(ReadOnlySpan<float> x, double scale, Span<double> y)
    {
        int whole = Whole(x.Length);
        for (int i = 0; i < whole; i += Width) (At(x, i) * scale).CopyTo(y.Slice(i, Width));
        for (int i = whole; i < x.Length; i++) y[i] = x[i] * scale;
    }

    /// <summary>y += scale x.</summary>
    public static void AddScaled(ReadOnlySpan<double> x, double scale, Span<double> y)
    {
        int whole = Whole(x.Length);
        for (int i = 0; i < whole; i += Width) (At(y, i) + (scale * At(x, i))).CopyTo(y.Slice(i, Width));
        for (int i = whole; i < x.Length; i++) y[i] += scale * x[i];
    }

    /// <summary>y += scale x.</summary>
    public static void AddScaled(ReadOnlySpan<float> x, double scale, Span<double> y)
    {
        int whole = Whole(x.Length);
        for (int i = 0; i < whole; i += Width) (At(y, i) + (scale * At(x, i))).CopyTo(y.Slice(i, Width));
        for (int i = whole; i < x.Length; i++) y[i] += scale * x[i];
    }

    /// <summary>mean = now + share (mean − now) with now = scale x.</summary>
    public static void Follow(ReadOnlySpan<float> x, double scale, double share, Span<double> mean)
    {
        int whole = Whole(x.Length);
        for (int i = 0; i < whole; i += Width)
        {
            var now = scale * At(x, i);
            (now + (share * (At(mean, i) - now))).CopyTo(mean.Slice(i, Width));
        }

        for (int i = whole; i < x.Length; i++)
        {
            double now = scale * x[i];
            mean[i] = now + (share * (mean[i] - now));
        }
    }
}
