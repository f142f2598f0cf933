using Equipoise.Catalogs;

namespace Equipoise.Regularizers;

/// <summary>Penalty on undecided weights: the entropy of rows of probabilities, which is 0 where one of them is 1. For the selectors of DSelect-k.</summary>
/// <remarks>
/// factor × Σ −q ln q + reach × Σ over rows of 1 / Σ q, the rows along the last axis. Numbers under 1e-12 count as 1e-12 in the logarithm, sums of a row under 1e-6 as 1e-6, so zero costs nothing and is never pulled on with an infinite force.
/// The second term holds sums of a row above 0, where they may fall below 1: selectors that could point at choices that do not exist.
/// Source: Hazimeh and others, "DSelect-k", 2021: the entropy regulariser, and that for numbers of experts that are no power of two.
/// </remarks>
/// <param name="Factor">Factor of the entropy, at least 0; the paper's λ.</param>
/// <param name="Reach">Factor of the second term, at least 0; the paper's ξ.</param>
public sealed record Entropy(double Factor = 0.01, double Reach = 0) : Regularizer
{
    private const double LeastNumber = 1e-12, LeastSum = 1e-6;

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<float> w, ReadOnlySpan<int> shape)
    {
        Check();
        double sum = 0;
        foreach (float q in w) sum -= q * Math.Log(Math.Max((double)q, LeastNumber));
        double value = Factor * sum;
        if (Reach == 0 || w.IsEmpty) return value;
        int width = shape[^1];
        for (int first = 0; first < w.Length; first += width) value += Reach / Math.Max(SumOf(w.Slice(first, width)), LeastSum);
        return value;
    }

    /// <inheritdoc/>
    public override void AddGradient(ReadOnlySpan<float> w, ReadOnlySpan<int> shape, float scale, Span<float> gradient)
    {
        Check();
        CheckLengths(w, gradient);
        double factor = scale * Factor;
        for (int i = 0; i < w.Length; i++)
        {
            double q = w[i];
            gradient[i] -= (float)(factor * (Math.Log(Math.Max(q, LeastNumber)) + (q > LeastNumber ? 1 : 0)));
        }
        if (Reach == 0 || w.IsEmpty) return;
        int width = shape[^1];
        for (int first = 0; first < w.Length; first += width)
        {
            double sum = SumOf(w.Slice(first, width));
            if (sum <= LeastSum) continue;
            float slope = (float)(scale * Reach / (sum * sum));
            for (int i = first; i < first + width; i++) gradient[i] -= slope;
        }
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(Entropy), nameof(Factor), Factor, 0);
        Require.AtLeast(nameof(Entropy), nameof(Reach), Reach, 0);
    }

    private static double SumOf(ReadOnlySpan<float> q)
    {
        double sum = 0;
        foreach (float x in q) sum += x;
        return sum;
    }
}

public static partial class RegularizerCatalog
{
    /// <summary>entropy</summary>
    public static readonly Entry<Regularizer> Entropy = Add("entropy", "penalty on undecided weights: the entropy of rows of probabilities", new Entropy(),
        Setting<Regularizer>.Number<Entropy>("factor", "factor of the entropy", x => x.Factor, (x, v) => x with { Factor = v }, minimum: 0),
        Setting<Regularizer>.Number<Entropy>("reach", "factor of 1 over the sum of a row", x => x.Reach, (x, v) => x with { Reach = v }, minimum: 0));
}
