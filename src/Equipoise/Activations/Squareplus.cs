using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = (x + √(x² + b))/2: a smooth relu without exponentials.</summary>
/// <remarks>Source: Barron, "Squareplus: a softplus-like algebraic rectifier", 2021.</remarks>
/// <param name="B">How wide the bend is; the value at 0 is √b/2.</param>
public sealed record Squareplus(double B = 4) : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation()
    {
        Require.Above(nameof(Squareplus), nameof(B), B, 0);
        return new ElementwiseFunction<Formula>("squareplus", new Formula((float)B), Keeps.Inputs);
    }

    private readonly struct Formula(float b) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x)
        {
            var root = Vector256.Sqrt(Vector256.FusedMultiplyAdd(x, x, Vector256.Create(b)));
            // Far below 0 the sum would cancel; the other form of the same number does not.
            return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256.Create(0.5f * b) / (root - x), Vector256.Create(0.5f) * (x + root));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.Create(0.5f) + (Vector256.Create(0.5f) * x / Vector256.Sqrt(Vector256.FusedMultiplyAdd(x, x, Vector256.Create(b))));
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>squareplus</c>.</summary>
    public static readonly Entry<Activation> Squareplus = Add("squareplus", "y = (x + √(x² + b))/2", new Squareplus(),
        Setting<Activation>.Number<Squareplus>("b", "how wide the bend is; the value at 0 is √b/2", x => x.B, (x, v) => x with { B = v }, above: 0));
}
