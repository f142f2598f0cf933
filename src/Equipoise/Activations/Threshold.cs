using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x above the limit, a fixed value up to it.</summary>
/// <param name="Limit">Numbers up to this are replaced.</param>
/// <param name="Otherwise">What replaces them.</param>
public sealed record Threshold(double Limit = 0, double Otherwise = 0) : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("threshold", new Formula((float)Limit, (float)Otherwise), Keeps.Inputs);

    private readonly struct Formula(float limit, float otherwise) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, Vector256.Create(limit)), Vector256.Create(otherwise), x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256.Create(limit)), Vector256.Create(1f), Vector256<float>.Zero);
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>threshold</c>.</summary>
    public static readonly Entry<Activation> Threshold = Add("threshold", "y = x above the limit, a fixed value up to it", new Threshold(),
        Setting<Activation>.Number<Threshold>("threshold", "numbers up to this are replaced", x => x.Limit, (x, v) => x with { Limit = v }),
        Setting<Activation>.Number<Threshold>("value", "what replaces them", x => x.Otherwise, (x, v) => x with { Otherwise = v }));
}
