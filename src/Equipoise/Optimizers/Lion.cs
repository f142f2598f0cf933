using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Lion: steps of the same size everywhere, by the sign of a mean gradient. Wants a lower rate and more weight decay than Adam.</summary>
/// <remarks>
/// w −= rate × sign(β1 m + (1 − β1) g); m = β2 m + (1 − β2) g. A gradient that is not finite gives NaN, never a silent step.
/// Source: Keras 3.16, Lion; Chen and others, "Symbolic Discovery of Optimization Algorithms", 2023, algorithm 2.
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.001 if left out.</param>
/// <param name="Beta1">How much of the mean decides the sign, at least 0 and below 1.</param>
/// <param name="Beta2">Decay of the mean gradient, at least 0 and below 1.</param>
public sealed record Lion(Schedule? LearningRate = null, double Beta1 = 0.9, double Beta2 = 0.99) : Optimizer(LearningRate ?? 0.001)
{
    /// <inheritdoc/>
    public override ZeroGradient ZeroGradient => ZeroGradient.KeepsAtRest;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require.Fraction(nameof(Lion), nameof(Beta1), Beta1);
        Require.Fraction(nameof(Lion), nameof(Beta2), Beta2);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => new ElementwiseOptimizer<Rule>(this, layout, [new("momentum")],
        (_, rate) => new Rule((float)rate, (float)Beta1, (float)(1 - Beta1), (float)Beta2, (float)(1 - Beta2)));

    private readonly struct Rule(float rate, float keep1, float take1, float keep2, float take2) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> m, ref Vector256<float> b, ref Vector256<float> c)
        {
            var step = RuleMath.Sign((m * keep1) + (g * take1)) * rate;
            m = RuleMath.Flush((m * keep2) + (g * take2));
            return w - step;
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>lion</summary>
    public static readonly Entry<Optimizer> Lion = Add("lion", "equal steps by the sign of a mean gradient", new Lion(),
        Setting<Optimizer>.Number<Lion>("beta1", "how much of the mean decides the sign", x => x.Beta1, (x, v) => x with { Beta1 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Lion>("beta2", "decay of the mean gradient", x => x.Beta2, (x, v) => x with { Beta2 = v }, minimum: 0, below: 1));
}
