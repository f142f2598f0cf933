using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = 0 up to -1, (x + 1)²/4 up to 1, x beyond.</summary>
public sealed record SparsePlus : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("sparse_plus", new Formula(), Keeps.Inputs);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x)
        {
            var u = x + Vector256.Create(1f);
            var bend = Vector256.Create(0.25f) * u * u;
            return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, Vector256.Create(1f)), x, Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, -Vector256.Create(1f)), Vector256<float>.Zero, bend));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Clamp.Between(Vector256.Create(0.5f) * (x + Vector256.Create(1f)), 0, 1);
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>sparse_plus</c>.</summary>
    public static readonly Entry<Activation> SparsePlus = Add("sparse_plus", "y = 0 up to -1, (x + 1)²/4 up to 1, x beyond", new SparsePlus());
}
