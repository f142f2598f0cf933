namespace Equipoise.Ledger;

/// <summary>What would change if the weight of one output were doubled: a first-order prediction from the gradients that were looked at.</summary>
/// <remarks>
/// With g the outputs' gradients of the raw losses in the shared layers, G their inner products and w the weights, a step goes along −d, d = Σ w_i g_i, and the raw loss of output j falls by (Σ_i w_i G_ij) ÷ ‖d‖ for each
/// unit of the step's length. With the weight of one output doubled the same is taken for d + w_k g_k: at the same length of the step, as optimizers like Adam take it. So what one output gains the others pay for, unless
/// their gradients agree. G_ij is estimated by mean cosine × mean length × mean length, which is exact if lengths do not vary with the angles. It says nothing of the layers that an output has for itself: with plain SGD those learn twice as fast.
/// </remarks>
/// <param name="Output">The output whose weight is doubled.</param>
/// <param name="Slopes">For every output, by how much its raw loss falls per unit of step length: now, and with the doubled weight. Below 0 it rises.</param>
public sealed record DoubledWeight(string Output, IReadOnlyList<(string Output, double Now, double Doubled)> Slopes)
{
    /// <summary>The predictions for every output with a weight; none without gradients, or if fewer than two outputs have one.</summary>
    public static IReadOnlyList<DoubledWeight> Of(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Gradients is not { } gradients) return [];
        var norms = gradients.Norms.Where(n => double.IsFinite(n.Norm) && n.Norm > 0 && entry.Outputs.Any(o => o.Output == n.Output && double.IsFinite(o.Weight))).ToArray();
        int count = norms.Length;
        if (count < 2) return [];
        double[] weights = [.. norms.Select(n => entry[n.Output].Weight)];
        var products = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < count; k++)
            {
                var pair = gradients.Pairs.FirstOrDefault(p => (p.First == norms[i].Output && p.Second == norms[k].Output) || (p.First == norms[k].Output && p.Second == norms[i].Output));
                double cosine = i == k ? 1 : pair is not null && double.IsFinite(pair.Cosine) ? pair.Cosine : 0;
                products[i, k] = cosine * norms[i].Norm * norms[k].Norm;
            }
        }
        double[] now = SlopesOf(products, weights);
        var all = new List<DoubledWeight>();
        for (int k = 0; k < count; k++)
        {
            if (weights[k] == 0) continue;
            double[] doubled = [.. weights];
            doubled[k] *= 2;
            double[] then = SlopesOf(products, doubled);
            all.Add(new DoubledWeight(norms[k].Output, [.. norms.Select((n, j) => (n.Output, now[j], then[j]))]));
        }
        return all;
    }

    private static double[] SlopesOf(double[,] products, double[] weights)
    {
        int count = weights.Length;
        var along = new double[count];
        double square = 0;
        for (int j = 0; j < count; j++)
        {
            for (int i = 0; i < count; i++) along[j] += weights[i] * products[i, j];
            square += weights[j] * along[j];
        }
        // Mean cosines need not belong to vectors at all, so the square may come out at or below 0: then there is no direction to speak of.
        double length = square > 0 ? Math.Sqrt(square) : double.NaN;
        return [.. along.Select(a => a / length)];
    }
}
