namespace Equipoise.Balancing;

/// <summary>Sums to one, two ways.</summary>
internal static class Simplex
{
    /// <summary>Euclidean projection on the probability simplex, in place: max(x − τ, 0) with τ such that the sum is 1. <paramref name="sorted"/> is room for n numbers.</summary>
    /// <remarks>Source: Duchi et al., "Efficient projections onto the l1-ball for learning in high dimensions", 2008, figure 1.</remarks>
    public static void Project(Span<double> x, Span<double> sorted)
    {
        x.CopyTo(sorted);
        sorted = sorted[..x.Length];
        sorted.Sort();
        double sum = 0, threshold = 0;
        for (int count = 1; count <= x.Length; count++)
        {
            double next = sorted[x.Length - count];
            sum += next;
            double candidate = (sum - 1) / count;
            if (next - candidate > 0) threshold = candidate;
        }

        for (int i = 0; i < x.Length; i++) x[i] = Math.Max(x[i] - threshold, 0);
    }

    /// <summary>exp(x) / Σ exp(x), in place; no exponential overflows.</summary>
    public static void Softmax(Span<double> x)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double value in x) largest = Math.Max(largest, value);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = Math.Exp(x[i] - largest);
            sum += x[i];
        }

        for (int i = 0; i < x.Length; i++) x[i] /= sum;
    }
}
