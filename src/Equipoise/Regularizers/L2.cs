using Equipoise.Engine.Kernels;
using Equipoise.Catalogs;

namespace Equipoise.Regularizers;

/// <summary>Penalty on squares, which keeps numbers small.</summary>
/// <remarks>strength × Σw², without a half; its gradient is 2 × strength × w. Source: Keras 3.16, L2.</remarks>
/// <param name="Strength">Factor, at least 0.</param>
public sealed record L2(double Strength = 0.01) : Regularizer
{
    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<float> w, ReadOnlySpan<int> shape)
    {
        Check();
        return Strength * Reductions.SumOfSquaresDouble(w);
    }

    /// <inheritdoc/>
    public override void AddGradient(ReadOnlySpan<float> w, ReadOnlySpan<int> shape, float scale, Span<float> gradient)
    {
        Check();
        CheckLengths(w, gradient);
        float factor = (float)(2 * scale * Strength);
        for (int i = 0; i < w.Length; i++) gradient[i] += factor * w[i];
    }

    /// <inheritdoc/>
    public override void Check() => Require.AtLeast(nameof(L2), nameof(Strength), Strength, 0);
}

public static partial class RegularizerCatalog
{
    /// <summary>l2</summary>
    public static readonly Entry<Regularizer> L2 = Add("l2", "penalty on squares: keeps numbers small", new L2(),
        Setting<Regularizer>.Number<L2>("strength", "factor of the sum of squares", x => x.Strength, (x, v) => x with { Strength = v }, minimum: 0))
        .Alias("ridge");
}
