using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x·Φ(x), with Φ the standard normal distribution function.</summary>
/// <remarks>
/// Φ(x) = (1 + erf(x/√2))/2; approximately (1 + tanh(√(2/π)·(x + 0.044715·x³)))/2.
/// Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.
/// </remarks>
/// <param name="Approximate">Whether Φ is approximated by way of tanh, as some published models want.</param>
public sealed record Gelu(bool Approximate = false) : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => Approximate
        ? new ElementwiseFunction<ByTanh>("gelu", new ByTanh(), Keeps.Inputs)
        : new ElementwiseFunction<Exact>("gelu", new Exact(), Keeps.Inputs);

    private readonly struct Exact : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => x * Normal(x);

        // Φ(x) + x·φ(x)
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y)
        {
            var density = Vector256.Create(0.3989422804014327f) * Exponentials.Exp(Vector256.Create(-0.5f) * x * x);
            return Normal(x) + (x * density);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Normal(Vector256<float> x) => Vector256.Create(0.5f) * (Vector256.Create(1f) + Exponentials.Erf(x * Vector256.Create(0.7071067811865476f)));
    }

    private readonly struct ByTanh : IElementwise
    {
        private const float Factor = 0.7978845608028654f, Cubic = 0.044715f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Vector256.Create(0.5f) * x * (Vector256.Create(1f) + Inner(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y)
        {
            var t = Inner(x);
            var inner = Vector256.Create(Factor) * (Vector256.Create(1f) + (Vector256.Create(3 * Cubic) * x * x));
            return Vector256.Create(0.5f) * (Vector256.Create(1f) + t + (x * (Vector256.Create(1f) - (t * t)) * inner));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<float> Inner(Vector256<float> x) => Exponentials.Tanh(Vector256.Create(Factor) * (x + (Vector256.Create(Cubic) * x * x * x)));
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>gelu</c>.</summary>
    public static readonly Entry<Activation> Gelu = Add("gelu", "y = x times the normal distribution function of x", new Gelu(),
        Setting<Activation>.Flag<Gelu>("approximate", "whether the distribution function is approximated by way of tanh", x => x.Approximate, (x, v) => x with { Approximate = v }));
}
