using Equipoise.Engine.Kernels;
using Equipoise.Catalogs;

namespace Equipoise.Regularizers;

/// <summary>Penalty on absolute values and squares together.</summary>
/// <remarks>first × Σ|w| + second × Σw². Source: Keras 3.16, L1L2; Zou and Hastie, "Regularization and variable selection via the elastic net", 2005.</remarks>
/// <param name="First">Factor of the absolute values, at least 0.</param>
/// <param name="Second">Factor of the squares, at least 0.</param>
public sealed record L1L2(double First = 0, double Second = 0) : Regularizer
{
    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<float> w, ReadOnlySpan<int> shape)
    {
        Check();
        return (First * L1.Sum(w)) + (Second * Reductions.SumOfSquaresDouble(w));
    }

    /// <inheritdoc/>
    public override void AddGradient(ReadOnlySpan<float> w, ReadOnlySpan<int> shape, float scale, Span<float> gradient)
    {
        Check();
        CheckLengths(w, gradient);
        L1.AddSigns(w, (float)(scale * First), gradient);
        float factor = (float)(2 * scale * Second);
        for (int i = 0; i < w.Length; i++) gradient[i] += factor * w[i];
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(L1L2), nameof(First), First, 0);
        Require.AtLeast(nameof(L1L2), nameof(Second), Second, 0);
    }
}

public static partial class RegularizerCatalog
{
    /// <summary>l1l2</summary>
    public static readonly Entry<Regularizer> L1L2 = Add("l1l2", "penalty on absolute values and squares together", new L1L2(),
        Setting<Regularizer>.Number<L1L2>("l1", "factor of the sum of absolute values", x => x.First, (x, v) => x with { First = v }, minimum: 0),
        Setting<Regularizer>.Number<L1L2>("l2", "factor of the sum of squares", x => x.Second, (x, v) => x with { Second = v }, minimum: 0))
        .Alias("l1_l2", "elastic_net");
}
