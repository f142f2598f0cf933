using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x above 0, alpha·(e^x − 1) below.</summary>
/// <remarks>Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2016, equation 15.</remarks>
/// <param name="Alpha">The bound below is -alpha.</param>
public sealed record Elu(double Alpha = 1) : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation()
    {
        Require.AtLeast(nameof(Elu), nameof(Alpha), Alpha, 0);
        return new ElementwiseFunction<Formula>("elu", new Formula((float)Alpha), Keeps.Output);
    }

    private readonly struct Formula(float alpha) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256<float>.Zero), x, Vector256.Create(alpha) * Exponentials.Expm1(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(y, Vector256<float>.Zero), Vector256.Create(1f), y + Vector256.Create(alpha));
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>elu</c>.</summary>
    public static readonly Entry<Activation> Elu = Add("elu", "y = x above 0, alpha·(e^x − 1) below", new Elu(),
        Setting<Activation>.Number<Elu>("alpha", "the bound below is -alpha", x => x.Alpha, (x, v) => x with { Alpha = v }, minimum: 0));
}
