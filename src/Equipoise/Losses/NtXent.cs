using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Each row must find its partners among all rows of the batch by the cosine: for embeddings from pairs of views, or from classes.</summary>
/// <remarks>
/// Predictions [rows, width], embeddings of any length; targets [rows, 1]: rows of one number belong together (two views of one thing have the same number). With s the cosine of two rows and
/// τ the temperature: value of row i = mean over its partners p of −log(e^(s_ip/τ) / Σ over k ≠ i of e^(s_ik/τ)); in nats, about log of the rows at the start and never below log of the partners.
/// Rows without a partner are left out of the mean, but others see them. Slopes to the cosine lie between −1/τ and 1/τ; those to the embedding shrink with its length.
/// Depends on the batch, and on its size: the more rows, the harder; compare values of equal batches only. Cost O(rows² × width) a batch, on one thread.
/// Source: Chen and others, "A simple framework for contrastive learning of visual representations", 2020, equation 1; with several partners Khosla and others, "Supervised contrastive learning", 2020, equation 2.
/// </remarks>
/// <param name="Temperature">τ, above 0.</param>
public sealed record NtXent(double Temperature = 0.5) : Loss
{
    /// <inheritdoc/>
    public override LossScope Scope => LossScope.Batch;

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(predictionWidth, 1);
        return 1;
    }

    /// <inheritdoc/>
    public override void LeaveOut(in LossRows rows, Span<float> counted) => BatchPairs.LeaveOut(rows.Targets, needsOther: false, counted);

    /// <inheritdoc/>
    public override int ScratchSize(int items, int positions, int width, int targetWidth) => items * (width + 2);

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        rows.Check(1);
        int items = rows.Items, width = rows.Width;
        float inverse = (float)(1 / Temperature);
        Span<float> units = rows.Scratch[..(items * width)], lengths = rows.Scratch.Slice(items * width, items), scores = rows.Scratch.Slice(items * (width + 1), items);
        var labels = rows.Targets;
        for (int i = 0; i < items; i++)
        {
            var row = rows.Predictions.Slice(i * width, width);
            lengths[i] = (float)Math.Sqrt(Reductions.SumOfSquaresDouble(row));
            Elementwise.Scale(row, 1 / (lengths[i] > Clip.Epsilon || float.IsNaN(lengths[i]) ? lengths[i] : Clip.Epsilon), units.Slice(i * width, width));
        }

        rows.Gradients.Clear();
        for (int i = 0; i < items; i++)
        {
            float share = rows.Shares[i];
            rows.Values[i] = 0;
            if (share == 0 || !BatchPairs.Has(labels, i)) continue;
            int partners = 0;
            float mean = 0;
            for (int j = 0; j < items; j++)
            {
                scores[j] = i == j || !BatchPairs.Has(labels, j) ? float.NegativeInfinity : inverse * Reductions.Dot(units.Slice(i * width, width), units.Slice(j * width, width));
                if (i == j || !BatchPairs.Together(labels, i, j)) continue;
                partners++;
                mean += scores[j];
            }

            if (partners == 0) continue;
            rows.Values[i] = BatchPairs.LogSumExp(scores) - (mean / partners);
            if (!rows.WantsGradients) continue;
            for (int j = 0; j < items; j++)
            {
                if (i == j || !BatchPairs.Has(labels, j)) continue;
                float slope = share * inverse * (scores[j] - (BatchPairs.Together(labels, i, j) ? 1f / partners : 0));
                Elementwise.AddScaled(units.Slice(j * width, width), slope, rows.Gradients.Slice(i * width, width));
                Elementwise.AddScaled(units.Slice(i * width, width), slope, rows.Gradients.Slice(j * width, width));
            }
        }

        if (rows.WantsGradients) ThroughLengths(units, lengths, rows.Gradients, width);
    }

    // From slopes to vectors of length 1 to slopes to the vectors themselves.
    private static void ThroughLengths(ReadOnlySpan<float> units, ReadOnlySpan<float> lengths, Span<float> gradients, int width)
    {
        for (int i = 0; i < lengths.Length; i++)
        {
            var unit = units.Slice(i * width, width);
            var gradient = gradients.Slice(i * width, width);
            bool tiny = lengths[i] <= Clip.Epsilon;
            float along = tiny ? 0 : Reductions.Dot(unit, gradient);
            for (int d = 0; d < width; d++) gradient[d] = (gradient[d] - (unit[d] * along)) / (tiny ? Clip.Epsilon : lengths[i]);
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.NtXent"/>.</summary>
    public static readonly Entry<Loss> NtXent = Add("nt_xent", "embeddings: each row finds its partners in the batch", new NtXent(),
        Setting<Loss>.Number<NtXent>("temperature", "how sharply cosines are compared", get: x => x.Temperature, set: (x, v) => x with { Temperature = v }, above: 0));
}
