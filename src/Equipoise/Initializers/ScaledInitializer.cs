using Equipoise.Engine.Randomness;

namespace Equipoise.Initializers;

/// <summary>Random numbers whose variance is scale / fan, so that activations neither grow nor vanish from layer to layer.</summary>
/// <remarks>
/// n = fan in, fan out or their mean, at least 1. Uniform in ±√(3 scale / n); normal with deviation √(scale / n);
/// truncated normal with deviation √(scale / n) / 0.8796..., drawn again beyond two of these (0.8796... is the deviation of a standard normal cut at ±2).
/// Source: Keras 3.16, VarianceScaling.
/// </remarks>
public abstract record ScaledInitializer : Initializer
{
    private const double DeviationOfTruncated = 0.87962566103423978;

    private protected abstract (double Scale, FanMode Mode, FanDistribution Distribution) Form { get; }

    /// <summary>Standard deviation of the drawn numbers before truncation.</summary>
    public double Deviation(ReadOnlySpan<int> shape)
    {
        double deviation = Math.Sqrt(Variance(shape));
        return Form.Distribution == FanDistribution.TruncatedNormal ? deviation / DeviationOfTruncated : deviation;
    }

    /// <summary>Greatest absolute value that can be drawn; infinite for an untruncated normal.</summary>
    public double Bound(ReadOnlySpan<int> shape) => Form.Distribution switch
    {
        FanDistribution.Uniform => Math.Sqrt(3 * Variance(shape)),
        FanDistribution.TruncatedNormal => 2 * Deviation(shape),
        _ => double.PositiveInfinity,
    };

    /// <inheritdoc/>
    public override void Fill(Span<float> values, ReadOnlySpan<int> shape, in RandomStream random)
    {
        Check();
        if (Form.Distribution == FanDistribution.Uniform) Draw.Uniform(values, -Bound(shape), Bound(shape), random);
        else if (Form.Distribution == FanDistribution.TruncatedNormal) Draw.TruncatedNormal(values, 0, Deviation(shape), random);
        else Draw.Normal(values, 0, Deviation(shape), random);
    }

    private double Variance(ReadOnlySpan<int> shape)
    {
        var fans = Fans.Of(shape);
        double n = Form.Mode switch { FanMode.FanIn => fans.In, FanMode.FanOut => fans.Out, _ => (fans.In + fans.Out) / 2 };
        return Form.Scale / Math.Max(1, n);
    }
}
