using Equipoise.Ledger;

namespace Equipoise.Trials;

/// <summary>Inner products of the outputs' gradients, from mean lengths and mean cosines.</summary>
internal static class GradientProducts
{
    /// <summary>The product of two outputs' gradients of their raw losses; NaN where one was never seen.</summary>
    public static double Of(GradientAccount account, string first, string second)
    {
        double Norm(string output) => account.Norms.FirstOrDefault(n => n.Output == output)?.Norm ?? double.NaN;
        if (first == second) return Norm(first) * Norm(first);
        var pair = account.Pairs.FirstOrDefault(p => (p.First == first && p.Second == second) || (p.First == second && p.Second == first));
        return (pair?.Cosine ?? double.NaN) * Norm(first) * Norm(second);
    }

    /// <summary>The length of the gradient of the total: √(Σ w_i w_j G_ij) over the outputs that were seen.</summary>
    public static double LengthOfTotal(GradientAccount account, IReadOnlyDictionary<string, double> weights)
    {
        double square = 0;
        foreach (var (first, w) in weights)
        {
            foreach (var (second, v) in weights)
            {
                double product = w * v * Of(account, first, second);
                if (double.IsFinite(product)) square += product;
            }
        }
        return square > 0 ? Math.Sqrt(square) : double.NaN;
    }
}
