using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = log(1 + e^x): a smooth relu, always above 0.</summary>
/// <remarks>f' = sigmoid(x) = 1 − e^−y.</remarks>
public sealed record Softplus : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("softplus", new Formula(), Keeps.Output);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Exponentials.Softplus(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => -Exponentials.Expm1(-y);
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>softplus</c>.</summary>
    public static readonly Entry<Activation> Softplus = Add("softplus", "y = log(1 + e^x)", new Softplus());
}
