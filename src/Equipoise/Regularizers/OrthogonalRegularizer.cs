using Equipoise.Catalogs;

namespace Equipoise.Regularizers;

/// <summary>Penalty on rows (or columns) of a matrix that point in similar directions.</summary>
/// <remarks>
/// factor × Σ over pairs i &lt; j of |nᵢ · nⱼ| / (k(k − 1)/2), with n the k rows (columns) scaled to length 1; squared lengths under 1e-12 count as 1e-12.
/// Wants rank 2. A single row gives 0 (Keras divides zero by zero). Cost O(k² × width). Source: Keras 3.16, OrthogonalRegularizer.
/// </remarks>
/// <param name="Factor">Factor, at least 0.</param>
/// <param name="Mode">Whether rows or columns are compared.</param>
public sealed record OrthogonalRegularizer(double Factor = 0.01, OrthogonalMode Mode = OrthogonalMode.Rows) : Regularizer
{
    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<float> w, ReadOnlySpan<int> shape)
    {
        Check();
        var vectors = Normalize(w, shape, out _, out int count, out int width);
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < i; j++) sum += Math.Abs(Dot(vectors, i, j, width));
        }
        return count < 2 ? 0 : Factor * sum / Pairs(count);
    }

    /// <inheritdoc/>
    public override void AddGradient(ReadOnlySpan<float> w, ReadOnlySpan<int> shape, float scale, Span<float> gradient)
    {
        Check();
        CheckLengths(w, gradient);
        var vectors = Normalize(w, shape, out var lengths, out int count, out int width);
        if (count < 2) return;
        double factor = scale * Factor / Pairs(count);
        var direction = new double[width];
        for (int i = 0; i < count; i++)
        {
            Array.Clear(direction);
            for (int j = 0; j < count; j++)
            {
                double product = j == i ? 0 : Dot(vectors, i, j, width);
                double sign = product > 0 ? factor : product < 0 ? -factor : product;
                for (int k = 0; k < width; k++) direction[k] += sign * vectors[(j * width) + k];
            }
            double along = 0;
            for (int k = 0; k < width; k++) along += direction[k] * vectors[(i * width) + k];
            for (int k = 0; k < width; k++)
            {
                double g = (direction[k] - (along * vectors[(i * width) + k])) / lengths[i];
                gradient[Mode == OrthogonalMode.Rows ? (i * width) + k : (k * count) + i] += (float)g;
            }
        }
    }

    /// <inheritdoc/>
    public override void Check() => Require.AtLeast(nameof(OrthogonalRegularizer), nameof(Factor), Factor, 0);

    private static double Pairs(int count) => count * (count - 1.0) / 2;

    private static double Dot(double[] vectors, int i, int j, int width)
    {
        double sum = 0;
        for (int k = 0; k < width; k++) sum += vectors[(i * width) + k] * vectors[(j * width) + k];
        return sum;
    }

    // The vectors to compare, one after the other, each of length 1.
    private double[] Normalize(ReadOnlySpan<float> w, ReadOnlySpan<int> shape, out double[] lengths, out int count, out int width)
    {
        if (shape.Length != 2) throw new ArgumentException($"The orthogonal regulariser wants a matrix, but the shape is [{string.Join(", ", shape.ToArray())}].", nameof(shape));
        (count, width) = Mode == OrthogonalMode.Rows ? (shape[0], shape[1]) : (shape[1], shape[0]);
        var vectors = new double[w.Length];
        lengths = new double[count];
        for (int i = 0; i < count; i++)
        {
            double square = 0;
            for (int k = 0; k < width; k++)
            {
                double x = w[Mode == OrthogonalMode.Rows ? (i * width) + k : (k * count) + i];
                vectors[(i * width) + k] = x;
                square += x * x;
            }
            lengths[i] = Math.Sqrt(Math.Max(square, 1e-12));
            for (int k = 0; k < width; k++) vectors[(i * width) + k] /= lengths[i];
        }
        return vectors;
    }
}

public static partial class RegularizerCatalog
{
    /// <summary>orthogonal</summary>
    public static readonly Entry<Regularizer> OrthogonalRegularizer = Add("orthogonal", "penalty on rows or columns that point in similar directions", new OrthogonalRegularizer(),
        Setting<Regularizer>.Number<OrthogonalRegularizer>("factor", "factor of the mean absolute cosine", x => x.Factor, (x, v) => x with { Factor = v }, minimum: 0),
        Setting<Regularizer>.Choice<OrthogonalRegularizer, OrthogonalMode>("mode", "what is compared", x => x.Mode, (x, v) => x with { Mode = v }))
        .Alias("orthogonal_regularizer");
}
