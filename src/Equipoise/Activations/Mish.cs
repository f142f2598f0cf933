using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x·tanh(softplus(x)).</summary>
/// <remarks>Source: Misra, "Mish: a self regularized non-monotonic activation function", 2019.</remarks>
public sealed record Mish : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("mish", new Formula(), Keeps.Inputs);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => x * Exponentials.Tanh(Exponentials.Softplus(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y)
        {
            var t = Exponentials.Tanh(Exponentials.Softplus(x));
            return Vector256.FusedMultiplyAdd(x * (Vector256.Create(1f) - (t * t)), Exponentials.Sigmoid(x), t);
        }
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>mish</c>.</summary>
    public static readonly Entry<Activation> Mish = Add("mish", "y = x·tanh(softplus(x))", new Mish());
}
