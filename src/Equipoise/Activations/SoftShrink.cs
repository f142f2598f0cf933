using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x drawn towards 0 by the threshold, and 0 within it.</summary>
/// <param name="Threshold">Numbers up to this size become 0.</param>
public sealed record SoftShrink(double Threshold = 0.5) : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation()
    {
        Require.AtLeast(nameof(SoftShrink), nameof(Threshold), Threshold, 0);
        return new ElementwiseFunction<Formula>("soft_shrink", new Formula((float)Threshold), Keeps.Inputs);
    }

    private readonly struct Formula(float threshold) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => x - Clamp.Between(x, -threshold, threshold);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(Vector256.Abs(x), Vector256.Create(threshold)), Vector256.Create(1f), Vector256<float>.Zero);
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>soft_shrink</c>.</summary>
    public static readonly Entry<Activation> SoftShrink = Add("soft_shrink", "y = x drawn towards 0 by the threshold, and 0 within it", new SoftShrink(),
        Setting<Activation>.Number<SoftShrink>("threshold", "numbers up to this size become 0", x => x.Threshold, (x, v) => x with { Threshold = v }, minimum: 0));
}
