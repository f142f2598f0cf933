using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x/6 + 1/2, kept between 0 and 1.</summary>
public sealed record HardSigmoid : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("hard_sigmoid", new Formula(), Keeps.Output);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Clamp.Between(x / Vector256.Create(6f) + Vector256.Create(0.5f), 0, 1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(y, Vector256<float>.Zero) & Vector256.LessThan(y, Vector256.Create(1f)), Vector256.Create(1f / 6), Vector256<float>.Zero);
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>hard_sigmoid</c>.</summary>
    public static readonly Entry<Activation> HardSigmoid = Add("hard_sigmoid", "y = x/6 + 1/2, kept between 0 and 1", new HardSigmoid());
}
