using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = 1/(1 + e^-x), between 0 and 1: the probability of a logit.</summary>
public sealed record Sigmoid : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("sigmoid", new Formula(), Keeps.Output);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Exponentials.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => y * (Vector256.Create(1f) - y);
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>sigmoid</c>.</summary>
    public static readonly Entry<Activation> Sigmoid = Add("sigmoid", "y = 1/(1 + e^-x), between 0 and 1", new Sigmoid());
}
