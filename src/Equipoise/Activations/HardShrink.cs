using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x beyond the threshold, 0 within it.</summary>
/// <param name="Threshold">Numbers up to this size become 0.</param>
public sealed record HardShrink(double Threshold = 0.5) : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation()
    {
        Require.AtLeast(nameof(HardShrink), nameof(Threshold), Threshold, 0);
        return new ElementwiseFunction<Formula>("hard_shrink", new Formula((float)Threshold), Keeps.Inputs);
    }

    private readonly struct Formula(float threshold) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Vector256.ConditionalSelect(Vector256.LessThanOrEqual(Vector256.Abs(x), Vector256.Create(threshold)), Vector256<float>.Zero, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(Vector256.Abs(x), Vector256.Create(threshold)), Vector256.Create(1f), Vector256<float>.Zero);
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>hard_shrink</c>.</summary>
    public static readonly Entry<Activation> HardShrink = Add("hard_shrink", "y = x beyond the threshold, 0 within it", new HardShrink(),
        Setting<Activation>.Number<HardShrink>("threshold", "numbers up to this size become 0", x => x.Threshold, (x, v) => x with { Threshold = v }, minimum: 0));
}
