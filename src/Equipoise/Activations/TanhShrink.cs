using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x − tanh x: nearly 0 around 0.</summary>
public sealed record TanhShrink : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("tanh_shrink", new Formula(), Keeps.Inputs);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => x - Exponentials.Tanh(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y)
        {
            var t = Exponentials.Tanh(x);
            return t * t;
        }
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>tanh_shrink</c>.</summary>
    public static readonly Entry<Activation> TanhShrink = Add("tanh_shrink", "y = x − tanh x", new TanhShrink());
}
