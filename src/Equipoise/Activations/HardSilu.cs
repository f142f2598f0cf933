using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x·hard_sigmoid(x).</summary>
/// <remarks>Source: Howard and others, "Searching for MobileNetV3", 2019.</remarks>
public sealed record HardSilu : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("hard_silu", new Formula(), Keeps.Inputs);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => x * Clamp.Between(x / Vector256.Create(6f) + Vector256.Create(0.5f), 0, 1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y)
        {
            var between = (x / Vector256.Create(3f)) + Vector256.Create(0.5f);
            return Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(3f)), Vector256.Create(1f), Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(-3f)), Vector256<float>.Zero, between));
        }
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>hard_silu</c>.</summary>
    public static readonly Entry<Activation> HardSilu = Add("hard_silu", "y = x·hard_sigmoid(x)", new HardSilu()).Alias("hard_swish");
}
