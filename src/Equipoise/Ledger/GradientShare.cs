namespace Equipoise.Ledger;

/// <summary>Who trains a layer: each output's share of the weighted gradients.</summary>
/// <remarks>share = weight × length of the gradient of the raw loss ÷ the sum of these over the outputs; lengths, so what two outputs cancel out of one another's counts for both.</remarks>
/// <param name="Layer">The layer; <see cref="AllShared"/> for all shared layers together.</param>
/// <param name="Shares">The share of each output, 0 to 1; NaN for all if no output has a gradient there.</param>
public sealed record GradientShare(string Layer, IReadOnlyList<(string Output, double Share)> Shares)
{
    /// <summary>What all shared layers together are called.</summary>
    public const string AllShared = "all shared layers";

    /// <summary>The shares in all shared layers together, then in each; none without gradients, or if fewer than two outputs have one.</summary>
    public static IReadOnlyList<GradientShare> Of(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Gradients is not { Norms.Count: > 1 } gradients) return [];
        return [Of(entry, AllShared, gradients.Norms), .. gradients.Layers.Select(l => Of(entry, l.Layer, l.Norms))];
    }

    private static GradientShare Of(LedgerEntry entry, string layer, IReadOnlyList<OutputNorm> norms)
    {
        double[] lengths = [.. norms.Select(n => double.IsFinite(n.Norm) && entry.Outputs.FirstOrDefault(o => o.Output == n.Output) is { } term && double.IsFinite(term.Weight) ? term.Weight * n.Norm : 0)];
        double sum = lengths.Sum();
        return new GradientShare(layer, [.. norms.Select((n, k) => (n.Output, sum > 0 ? lengths[k] / sum : double.NaN))]);
    }
}
