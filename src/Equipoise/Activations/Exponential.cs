using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = e^x. Grows without bound: for rates and scales whose logarithm the layer gives.</summary>
public sealed record Exponential : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("exponential", new Formula(), Keeps.Output);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Exponentials.Exp(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => y;
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>exponential</c>.</summary>
    public static readonly Entry<Activation> Exponential = Add("exponential", "y = e^x", new Exponential());
}
