using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x above the threshold (0), at most the maximum; slope·(x − threshold) below. The plain form is max(x, 0).</summary>
/// <remarks>The slope at a bend is that of its left side at the threshold, of its right side at the maximum. Source: the function relu of Keras 3.</remarks>
/// <param name="NegativeSlope">Slope below the threshold.</param>
/// <param name="MaxValue">The greatest value, or null for no limit.</param>
/// <param name="Threshold">Where it begins to pass numbers.</param>
public sealed record Relu(double NegativeSlope = 0, double? MaxValue = null, double Threshold = 0) : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => NegativeSlope == 0 && MaxValue is null && Threshold == 0
        ? new ElementwiseFunction<Plain>("relu", new Plain(), Keeps.Output)
        : new ElementwiseFunction<General>("relu", new General((float)NegativeSlope, (float)(MaxValue ?? double.PositiveInfinity), (float)Threshold), Keeps.Inputs);

    private readonly struct Plain : IElementwise
    {
        // Chosen so that NaN is not hidden.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, Vector256<float>.Zero), Vector256<float>.Zero, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(y, Vector256<float>.Zero), Vector256.Create(1f), Vector256<float>.Zero);
    }

    private readonly struct General(float negativeSlope, float most, float threshold) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x)
        {
            var limited = Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(most)), Vector256.Create(most), x);
            return Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, Vector256.Create(threshold)), Vector256.Create(negativeSlope) * (x - Vector256.Create(threshold)), limited);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y)
        {
            var above = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, Vector256.Create(most)), Vector256<float>.Zero, Vector256.Create(1f));
            return Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, Vector256.Create(threshold)), Vector256.Create(negativeSlope), above);
        }
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>relu</c>.</summary>
    public static readonly Entry<Activation> Relu = Add("relu", "y = x above 0, 0 below", new Relu(),
        Setting<Activation>.Number<Relu>("negative_slope", "slope below the threshold", x => x.NegativeSlope, (x, v) => x with { NegativeSlope = v }),
        Setting<Activation>.OptionalNumber<Relu>("max_value", "the greatest value, or none", x => x.MaxValue, (x, v) => x with { MaxValue = v }),
        Setting<Activation>.Number<Relu>("threshold", "where it begins to pass numbers", x => x.Threshold, (x, v) => x with { Threshold = v }));
}
