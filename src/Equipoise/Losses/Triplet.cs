using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>Every row must be nearer to rows of its class than to others, by a margin: for embeddings that are searched by distance.</summary>
/// <remarks>
/// Predictions [rows, width]; targets [rows, 1], class numbers. For an anchor a, a row p of its class and a row n of another: max(0, margin + d(a, p) − d(a, n)), with d the Euclidean distance
/// √(Σ (x − y)² + 1e-12). The value of an anchor is that of its triplets, see <see cref="Mining"/>; mean over p with semi-hard, over all (p, n) with all. Unit: that of the distance.
/// Slopes to a distance lie between −1 and 1; 0 for triplets in order. Rows without a partner or without a row of another class are left out of the mean, but others see them.
/// Depends on the batch: batches must hold several rows of a class. Hard mining can collapse all rows to one point at the start, where the loss is exactly the margin: begin with semi-hard.
/// Cost O(rows² × width), with all O(rows³) comparisons more, a batch, on one thread.
/// Source: Schroff, Kalenichenko and Philbin, "FaceNet", 2015, equations 1 and 4 (semi-hard; there squared distances); Hermans, Beyer and Leibe, "In defense of the triplet loss", 2017, equations 5 and 7 (hard, all).
/// </remarks>
/// <param name="Margin">By how much, above 0.</param>
/// <param name="Mining">Which triplets count.</param>
public sealed record Triplet(double Margin = 1, TripletMining Mining = TripletMining.SemiHard) : Loss
{
    private const double LeastSquare = 1e-12;

    /// <inheritdoc/>
    public override LossScope Scope => LossScope.Batch;

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(predictionWidth, 1);
        return 1;
    }

    /// <inheritdoc/>
    public override void LeaveOut(in LossRows rows, Span<float> counted) => BatchPairs.LeaveOut(rows.Targets, needsOther: true, counted);

    /// <inheritdoc/>
    public override int ScratchSize(int items, int positions, int width, int targetWidth) => 2 * items;

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows)
    {
        rows.Check(1);
        int items = rows.Items, width = rows.Width;
        Span<float> distances = rows.Scratch[..items], slopes = rows.Scratch.Slice(items, items);
        var labels = rows.Targets;
        rows.Gradients.Clear();
        for (int a = 0; a < items; a++)
        {
            rows.Values[a] = 0;
            if (rows.Shares[a] == 0 || !BatchPairs.Has(labels, a)) continue;
            var own = rows.Predictions.Slice(a * width, width);
            for (int j = 0; j < items; j++) distances[j] = Distance(own, rows.Predictions.Slice(j * width, width));
            slopes.Clear();
            rows.Values[a] = Mining switch
            {
                TripletMining.All => OfAll(labels, a, distances, slopes),
                TripletMining.Hard => OfHard(labels, a, distances, slopes),
                _ => OfSemiHard(labels, a, distances, slopes),
            };
            if (!rows.WantsGradients) continue;
            for (int j = 0; j < items; j++)
            {
                if (slopes[j] == 0) continue;
                float slope = rows.Shares[a] * slopes[j] / distances[j];
                var other = rows.Predictions.Slice(j * width, width);
                Span<float> toOwn = rows.Gradients.Slice(a * width, width), toOther = rows.Gradients.Slice(j * width, width);
                for (int d = 0; d < width; d++)
                {
                    float part = slope * (own[d] - other[d]);
                    toOwn[d] += part;
                    toOther[d] -= part;
                }
            }
        }
    }

    private static float Distance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = LeastSquare;
        for (int d = 0; d < x.Length; d++) sum += ((double)x[d] - y[d]) * ((double)x[d] - y[d]);
        return (float)Math.Sqrt(sum);
    }

    private static bool IsPartner(ReadOnlySpan<float> labels, int a, int j) => a != j && BatchPairs.Together(labels, a, j);

    private static bool IsOther(ReadOnlySpan<float> labels, int a, int j) => BatchPairs.Has(labels, j) && !BatchPairs.Together(labels, a, j);

    private float OfAll(ReadOnlySpan<float> labels, int a, ReadOnlySpan<float> distances, Span<float> slopes)
    {
        double sum = 0;
        int count = 0;
        for (int p = 0; p < distances.Length; p++)
        {
            if (!IsPartner(labels, a, p)) continue;
            for (int n = 0; n < distances.Length; n++)
            {
                if (!IsOther(labels, a, n)) continue;
                count++;
                sum += Add(distances, p, n, slopes);
            }
        }

        if (count == 0) return 0;
        foreach (ref float slope in slopes) slope /= count;
        return (float)(sum / count);
    }

    private float OfHard(ReadOnlySpan<float> labels, int a, ReadOnlySpan<float> distances, Span<float> slopes)
    {
        int farthest = -1, nearest = -1;
        for (int j = 0; j < distances.Length; j++)
        {
            // A NaN must not be passed over.
            if (IsPartner(labels, a, j) && (farthest < 0 || !(distances[j] <= distances[farthest]))) farthest = j;
            if (IsOther(labels, a, j) && (nearest < 0 || !(distances[j] >= distances[nearest]))) nearest = j;
        }

        return farthest < 0 || nearest < 0 ? 0 : Add(distances, farthest, nearest, slopes);
    }

    private float OfSemiHard(ReadOnlySpan<float> labels, int a, ReadOnlySpan<float> distances, Span<float> slopes)
    {
        double sum = 0;
        int count = 0;
        for (int p = 0; p < distances.Length; p++)
        {
            if (!IsPartner(labels, a, p)) continue;
            int beyond = -1, farthest = -1;
            for (int n = 0; n < distances.Length; n++)
            {
                if (!IsOther(labels, a, n)) continue;
                if (distances[n] > distances[p] && (beyond < 0 || distances[n] < distances[beyond])) beyond = n;
                if (farthest < 0 || !(distances[n] <= distances[farthest])) farthest = n;
            }

            if (farthest < 0) return 0;
            count++;
            sum += Add(distances, p, beyond >= 0 ? beyond : farthest, slopes);
        }

        if (count == 0) return 0;
        foreach (ref float slope in slopes) slope /= count;
        return (float)(sum / count);
    }

    private float Add(ReadOnlySpan<float> distances, int p, int n, Span<float> slopes)
    {
        float value = (float)Margin + distances[p] - distances[n];
        if (value <= 0) return 0;
        slopes[p]++;
        slopes[n]--;
        return value;
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Triplet"/>.</summary>
    public static readonly Entry<Loss> Triplet = Add("triplet", "embeddings: nearer to the own class than to others", new Triplet(),
        Setting<Loss>.Number<Triplet>("margin", "by how much nearer", get: x => x.Margin, set: (x, v) => x with { Margin = v }, above: 0),
        Setting<Loss>.Choice<Triplet, TripletMining>("mining", "which triplets count", get: x => x.Mining, set: (x, v) => x with { Mining = v }));
}
