using Equipoise.Catalogs;

namespace Equipoise.Regularizers;

/// <summary>Penalty on absolute values, which drives many of them to zero.</summary>
/// <remarks>strength × Σ|w|; the gradient at 0 is 0. Source: Keras 3.16, L1; Tibshirani, "Regression shrinkage and selection via the lasso", 1996.</remarks>
/// <param name="Strength">Factor, at least 0.</param>
public sealed record L1(double Strength = 0.01) : Regularizer
{
    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<float> w, ReadOnlySpan<int> shape)
    {
        Check();
        return Strength * Sum(w);
    }

    /// <inheritdoc/>
    public override void AddGradient(ReadOnlySpan<float> w, ReadOnlySpan<int> shape, float scale, Span<float> gradient)
    {
        Check();
        CheckLengths(w, gradient);
        AddSigns(w, (float)(scale * Strength), gradient);
    }

    /// <inheritdoc/>
    public override void Check() => Require.AtLeast(nameof(L1), nameof(Strength), Strength, 0);

    internal static double Sum(ReadOnlySpan<float> w)
    {
        double sum = 0;
        foreach (float x in w) sum += Math.Abs(x);
        return sum;
    }

    internal static void AddSigns(ReadOnlySpan<float> w, float factor, Span<float> gradient)
    {
        for (int i = 0; i < w.Length; i++)
        {
            gradient[i] += w[i] > 0 ? factor : w[i] < 0 ? -factor : w[i];       // 0 adds 0, NaN adds NaN
        }
    }
}

public static partial class RegularizerCatalog
{
    /// <summary>l1</summary>
    public static readonly Entry<Regularizer> L1 = Add("l1", "penalty on absolute values: drives many to zero", new L1(),
        Setting<Regularizer>.Number<L1>("strength", "factor of the sum of absolute values", x => x.Strength, (x, v) => x with { Strength = v }, minimum: 0))
        .Alias("lasso");
}
