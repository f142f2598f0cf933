using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x above 0, alpha·(e^(x/alpha) − 1) below: an elu whose slope is continuous for any alpha.</summary>
/// <remarks>Source: Barron, "Continuously differentiable exponential linear units", 2017.</remarks>
/// <param name="Alpha">The bound below is -alpha.</param>
public sealed record Celu(double Alpha = 1) : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation()
    {
        Require.Above(nameof(Celu), nameof(Alpha), Alpha, 0);
        return new ElementwiseFunction<Formula>("celu", new Formula((float)Alpha), Keeps.Output);
    }

    private readonly struct Formula(float alpha) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256<float>.Zero), x, Vector256.Create(alpha) * Exponentials.Expm1(x / Vector256.Create(alpha)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(y, Vector256<float>.Zero), Vector256.Create(1f), (y / Vector256.Create(alpha)) + Vector256.Create(1f));
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>celu</c>.</summary>
    public static readonly Entry<Activation> Celu = Add("celu", "y = x above 0, alpha·(e^(x/alpha) − 1) below", new Celu(),
        Setting<Activation>.Number<Celu>("alpha", "the bound below is -alpha", x => x.Alpha, (x, v) => x with { Alpha = v }, above: 0));
}
