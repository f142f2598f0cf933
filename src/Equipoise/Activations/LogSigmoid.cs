using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = log(sigmoid(x)) = -softplus(-x): the log of a probability.</summary>
/// <remarks>f' = sigmoid(−x) = 1 − e^y.</remarks>
public sealed record LogSigmoid : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("log_sigmoid", new Formula(), Keeps.Output);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => -Exponentials.Softplus(-x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => -Exponentials.Expm1(y);
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>log_sigmoid</c>.</summary>
    public static readonly Entry<Activation> LogSigmoid = Add("log_sigmoid", "y = log(sigmoid(x)) = -softplus(-x)", new LogSigmoid());
}
