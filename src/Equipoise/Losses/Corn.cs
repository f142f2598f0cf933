using Equipoise.Catalogs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Losses;

/// <summary>For classes in an order (small, medium, large): a chain of questions "is it more than this?", each learned only from rows that got as far.</summary>
/// <remarks>
/// Prediction [items, K − 1], logits z of P(t &gt; k given t ≥ k); target [items, 1], the class 0 to K − 1.
/// value = Σ over k ≤ t of binary cross-entropy of [t &gt; k] and σ(z_k), divided by K − 1. In nats. Slopes (σ(z_k) − [t &gt; k]) / (K − 1) for k ≤ t, else 0.
/// P(t &gt; k) is the product of σ(z_0) to σ(z_k), so the ranks never contradict one another. Metrics and predictions see P(t = k), K probabilities, and the class shown is the most probable one; the paper's is the middle one,
/// the number of products above ½: <see cref="Rank"/>.
/// Not for classes without an order. Source: Shi, Cao and Raschka, "Deep neural networks for rank-consistent ordinal regression based on conditional probabilities", 2021, equation 8.
/// Differs: divided by K − 1 in each row instead of the number of questions asked in the batch, so that a row does not depend on its neighbours.
/// </remarks>
public sealed record Corn : Loss
{
    /// <inheritdoc/>
    public override bool PredictsTarget => false;

    /// <inheritdoc/>
    public override OutputLink Link => OutputLink.Sigmoid;

    /// <inheritdoc/>
    public override int PointWidth(int width) => width + 1;

    /// <summary>P(t = k) for each class.</summary>
    public override void Point(ReadOnlySpan<float> prediction, Span<float> point)
    {
        float reached = 1;
        for (int k = 0; k < prediction.Length; k++)
        {
            point[k] = reached * (1 - prediction[k]);
            reached *= prediction[k];
        }

        point[^1] = reached;
    }

    /// <inheritdoc/>
    public override int TargetWidth(int predictionWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(predictionWidth, 1);
        return 1;
    }

    /// <inheritdoc/>
    public override string? TargetFault(ReadOnlySpan<float> target, int predictionWidth) => ClassTargets.IndexFault(target, predictionWidth + 1);

    /// <summary>The class that probabilities σ(z), as predictions are shown, mean.</summary>
    public static int Rank(ReadOnlySpan<float> conditional)
    {
        float product = 1;
        for (int k = 0; k < conditional.Length; k++)
        {
            product *= conditional[k];
            if (product <= 0.5f) return k;
        }

        return conditional.Length;
    }

    /// <inheritdoc/>
    public override void Evaluate(in LossRows rows) => RowLoss.Evaluate(new Formula(), in rows, 1);

    private readonly struct Formula : IRowFormula
    {
        public float At(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, Span<float> slope)
        {
            slope.Clear();
            if (!ClassTargets.IsClass(target[0], prediction.Length + 1)) return float.NaN;
            int wanted = (int)target[0];
            float value = 0, each = 1f / prediction.Length;
            for (int k = 0; k < prediction.Length && k <= wanted; k++)
            {
                bool more = wanted > k;
                value += each * Exponentials.Softplus(more ? -prediction[k] : prediction[k]);
                if (!slope.IsEmpty) slope[k] = each * (Exponentials.Sigmoid(prediction[k]) - (more ? 1 : 0));
            }

            return value;
        }
    }
}

public static partial class LossCatalog
{
    /// <summary><see cref="Losses.Corn"/>.</summary>
    public static readonly Entry<Loss> Corn = Add("corn", "for classes in an order: a chain of questions", new Corn());
}
