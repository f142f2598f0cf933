using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = scale·x above 0, scale·alpha·(e^x − 1) below, with the two constants that keep mean 0 and variance 1 from layer to layer.</summary>
/// <remarks>scale = 1.0507009873554805, alpha = 1.6732632423543772. Wants weights from LecunNormal. Source: Klambauer and others, "Self-normalizing neural networks", 2017, equation 2.</remarks>
public sealed record Selu : Activation
{
    private const float Scale = 1.0507009873554805f, Alpha = 1.6732632423543772f;

    /// <inheritdoc/>
    public override Operation? CreateOperation() => new ElementwiseFunction<Formula>("selu", new Formula(), Keeps.Output);

    private readonly struct Formula : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Value(Vector256<float> x) => Vector256.Create(Scale) * Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256<float>.Zero), x, Vector256.Create(Alpha) * Exponentials.Expm1(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => Vector256.ConditionalSelect(Vector256.GreaterThan(y, Vector256<float>.Zero), Vector256.Create(Scale), y + Vector256.Create(Scale * Alpha));
    }
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>selu</c>.</summary>
    public static readonly Entry<Activation> Selu = Add("selu", "y = scale·x above 0, scale·alpha·(e^x − 1) below, with the two constants that keep mean 0 and variance 1 from layer to layer", new Selu());
}
