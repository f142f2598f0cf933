using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Pulls rows of one class together and pushes classes apart, those pairs hardest that are worst off: for embeddings that are searched by cosine.</summary>
/// <remarks>
/// Predictions [rows, width], embeddings of length 1 (end the model with unit_normalization); targets [rows, 1], class numbers. With d = max(1 − eᵢ·eⱼ, 0), m the margin, over the pairs of anchor i:
/// value = softplus(log Σ over its class of e^(−gamma (m + d)(m − d)) + log Σ over others of e^(gamma (1 + m − d)(1 − m − d))); a weight 1 + m − d below 0 counts as 0. Dimensionless, up to some gamma.
/// Rows without a partner or without a row of another class are left out of the mean, but others see them. Slopes up to some 2·gamma, so with the default 80 clip gradients or take a small learning rate.
/// Depends on the batch: batches must hold several rows of a class; evaluation depends on the batch size too. Cost O(rows² × width) a batch, on one thread.
/// Source: Sun and others, "Circle loss: a unified perspective of pair similarity optimization", 2020, equation 6; Keras 3, Circle. As there, and unlike the paper, weights are differentiated too.
/// </remarks>
/// <param name="Gamma">Scale, above 0.</param>
/// <param name="Margin">m, from 0 to 1.</param>
/// <param name="RemoveDiagonal">Whether a row is not its own partner.</param>
public sealed record Circle(double Gamma = 80, double Margin = 0.4, bool RemoveDiagonal = true) : Loss
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
    public override void LeaveOut(in LossRows rows, Span<float> counted)
    {
        if (RemoveDiagonal)
        {
            BatchPairs.LeaveOut(rows.Targets, needsOther: true, counted);
            return;
        }

        for (int i = 0; i < counted.Length; i++)
        {
            bool other = false;
            for (int j = 0; j < counted.Length; j++) other |= BatchPairs.Has(rows.Targets, j) && !BatchPairs.Together(rows.Targets, i, j);
            if (!other) counted[i] = 0;
        }
    }

    /// <inheritdoc/>
    public override int ScratchSize(int items, int positions, int width, int targetWidth) => 3 * items;

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        rows.Check(1);
        int items = rows.Items, width = rows.Width;
        float gamma = (float)Gamma, margin = (float)Margin;
        Span<float> distances = rows.Scratch[..items], partners = rows.Scratch.Slice(items, items), others = rows.Scratch.Slice(2 * items, items);
        var labels = rows.Targets;
        rows.Gradients.Clear();
        for (int i = 0; i < items; i++)
        {
            float share = rows.Shares[i];
            rows.Values[i] = 0;
            if (share == 0 || !BatchPairs.Has(labels, i)) continue;
            var own = rows.Predictions.Slice(i * width, width);
            for (int j = 0; j < items; j++)
            {
                float d = 1 - Reductions.Dot(own, rows.Predictions.Slice(j * width, width));
                distances[j] = d < 0 ? 0 : d;
                bool partner = BatchPairs.Together(labels, i, j) && !(RemoveDiagonal && i == j), other = BatchPairs.Has(labels, j) && !BatchPairs.Together(labels, i, j);
                partners[j] = partner ? -gamma * (margin + distances[j]) * (margin - distances[j]) : float.NegativeInfinity;
                others[j] = other ? gamma * Math.Max(1 + margin - distances[j], 0) * (1 - margin - distances[j]) : float.NegativeInfinity;
            }

            float sum = BatchPairs.LogSumExp(partners) + BatchPairs.LogSumExp(others);
            rows.Values[i] = Exponentials.Softplus(sum);
            if (!rows.WantsGradients || float.IsNegativeInfinity(sum)) continue;
            float slope = share * Exponentials.Sigmoid(sum);
            for (int j = 0; j < items; j++)
            {
                float d = distances[j], toDistance = partners[j] * 2 * gamma * d;
                if (1 + margin - d > 0) toDistance += others[j] * 2 * gamma * (d - 1);
                if (toDistance == 0 || d == 0) continue;            // at d = 0 the distance is clipped
                Elementwise.AddScaled(rows.Predictions.Slice(j * width, width), -slope * toDistance, rows.Gradients.Slice(i * width, width));
                Elementwise.AddScaled(own, -slope * toDistance, rows.Gradients.Slice(j * width, width));
            }
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Circle"/>.</summary>
    public static readonly Entry<Loss> Circle = Add("circle", "embeddings: classes together, worst pairs hardest", new Circle(),
        Setting<Loss>.Number<Circle>("gamma", "scale", get: x => x.Gamma, set: (x, v) => x with { Gamma = v }, above: 0),
        Setting<Loss>.Number<Circle>("margin", "how strict it is", get: x => x.Margin, set: (x, v) => x with { Margin = v }, minimum: 0, maximum: 1),
        Setting<Loss>.Flag<Circle>("remove_diagonal", "whether a row is not its own partner", get: x => x.RemoveDiagonal, set: (x, v) => x with { RemoveDiagonal = v }));
}
