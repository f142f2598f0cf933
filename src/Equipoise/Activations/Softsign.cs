using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x/(1 + |x|), between -1 and 1; slower to saturate than tanh.</summary>
public sealed record Softsign : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("softsign", new Formula(), Keeps.Inputs);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => x / (Vector256.Create(1f) + Vector256.Abs(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y)
        {
            var d = Vector256.Create(1f) + Vector256.Abs(x);
            return Vector256.Create(1f) / (d * d);
        }
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>softsign</c>.</summary>
    public static readonly Entry<Activation> Softsign = Add("softsign", "y = x/(1 + |x|), between -1 and 1", new Softsign());
}
