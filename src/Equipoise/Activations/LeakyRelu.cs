using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x above 0, slope·x below: a relu whose units cannot die.</summary>
/// <remarks>The slope is 0.2, as in the function of Keras 3; its layer LeakyReLU has 0.3.</remarks>
/// <param name="NegativeSlope">Slope below 0.</param>
public sealed record LeakyRelu(double NegativeSlope = 0.2) : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation()
    {
        Require.AtLeast(nameof(LeakyRelu), nameof(NegativeSlope), NegativeSlope, 0);
        return new ElementwiseFunction<Formula>("leaky_relu", new Formula((float)NegativeSlope), Keeps.Output);
    }

    private readonly struct Formula(float negativeSlope) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(negativeSlope) * x, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(y, Vector256<float>.Zero), Vector256.Create(1f), Vector256.Create(negativeSlope));
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>leaky_relu</c>.</summary>
    public static readonly Entry<Activation> LeakyRelu = Add("leaky_relu", "y = x above 0, slope·x below", new LeakyRelu(),
        Setting<Activation>.Number<LeakyRelu>("negative_slope", "slope below 0", x => x.NegativeSlope, (x, v) => x with { NegativeSlope = v }, minimum: 0));
}
