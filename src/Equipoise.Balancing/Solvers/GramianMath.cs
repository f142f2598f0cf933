namespace Equipoise.Balancing;

/// <summary>Small sums over a Gramian [n, n] and weights [n], row by row, in double.</summary>
internal static class GramianMath
{
    /// <summary>y = G w.</summary>
    public static void Multiply(ReadOnlySpan<double> gramian, ReadOnlySpan<double> weights, Span<double> product)
    {
        int n = weights.Length;
        for (int i = 0; i < n; i++) product[i] = Dot(gramian.Slice(i * n, n), weights);
    }

    /// <summary>wᵀ G w: the squared length of the combined gradient.</summary>
    public static double Quadratic(ReadOnlySpan<double> gramian, ReadOnlySpan<double> weights)
    {
        int n = weights.Length;
        double sum = 0;
        for (int i = 0; i < n; i++) sum += weights[i] * Dot(gramian.Slice(i * n, n), weights);
        return sum;
    }

    /// <summary>Sum of all entries: the squared length of the sum of the gradients.</summary>
    public static double Sum(ReadOnlySpan<double> gramian)
    {
        double sum = 0;
        foreach (double value in gramian) sum += value;
        return sum;
    }

    /// <summary>Σ x y.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary>Σ x².</summary>
    public static double Square(ReadOnlySpan<float> x) => LongRows.Square(x);

    /// <summary>Lengths of the gradients, from the diagonal.</summary>
    public static void Norms(ReadOnlySpan<double> gramian, Span<double> norms)
    {
        int n = norms.Length;
        for (int i = 0; i < n; i++) norms[i] = Math.Sqrt(gramian[(i * n) + i]);
    }

    /// <summary>Cosines C_ij = G_ij / (‖g_i‖ ‖g_j‖), the diagonal exactly 1. Problems are solved in these, so that neither huge nor tiny gradients matter.</summary>
    public static void Cosines(ReadOnlySpan<double> gramian, ReadOnlySpan<double> norms, Span<double> cosines)
    {
        int n = norms.Length;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) cosines[(i * n) + j] = i == j ? 1 : Math.Clamp(gramian[(i * n) + j] / norms[i] / norms[j], -1, 1);
        }
    }
}
