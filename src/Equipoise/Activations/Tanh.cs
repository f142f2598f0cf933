using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = tanh x, between -1 and 1.</summary>
public sealed record Tanh : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("tanh", new Formula(), Keeps.Output);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Exponentials.Tanh(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.FusedMultiplyAdd(-y, y, Vector256.Create(1f));
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>tanh</c>.</summary>
    public static readonly Entry<Activation> Tanh = Add("tanh", "y = tanh x, between -1 and 1", new Tanh());
}
