using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x·sigmoid(x): smooth, slightly negative below 0.</summary>
/// <remarks>Source: Ramachandran, Zoph and Le, "Searching for activation functions", 2017.</remarks>
public sealed record Silu : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("silu", new Formula(), Keeps.Inputs);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => x * Exponentials.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y)
        {
            var s = Exponentials.Sigmoid(x);
            return s * Vector256.FusedMultiplyAdd(x, Vector256.Create(1f) - s, Vector256.Create(1f));
        }
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>silu</c>.</summary>
    public static readonly Entry<Activation> Silu = Add("silu", "y = x·sigmoid(x)", new Silu()).Alias("swish");
}
