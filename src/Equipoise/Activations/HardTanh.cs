using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x, kept between -1 and 1.</summary>
public sealed record HardTanh : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("hard_tanh", new Formula(), Keeps.Output);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Clamp.Between(x, -1, 1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(y), Vector256.Create(1f)), Vector256.Create(1f), Vector256<float>.Zero);
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>hard_tanh</c>.</summary>
    public static readonly Entry<Activation> HardTanh = Add("hard_tanh", "y = x, kept between -1 and 1", new HardTanh());
}
