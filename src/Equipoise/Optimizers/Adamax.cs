using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Adamax: Adam with the greatest absolute gradient (slowly forgotten) in place of the root mean square.</summary>
/// <remarks>
/// m += (g − m)(1 − β1); u = max(β2 u, |g|); w −= rate × m / ((1 − β1^t)(u + ε)).
/// Source: Keras 3.16, Adamax; Kingma and Ba, "Adam", 2015, algorithm 2.
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.001 if left out.</param>
/// <param name="Beta1">Decay of the mean gradient, at least 0 and below 1.</param>
/// <param name="Beta2">Decay of the greatest gradient, at least 0 and below 1.</param>
/// <param name="Epsilon">Added to the divisor, above 0.</param>
public sealed record Adamax(Schedule? LearningRate = null, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-7) : Optimizer(LearningRate ?? 0.001)
{
    /// <inheritdoc/>
    public override ZeroGradient ZeroGradient => ZeroGradient.KeepsAtRest;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        AdamRule.Check(nameof(Adamax), Beta1, Beta2, Epsilon);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => new ElementwiseOptimizer<Rule>(this, layout, [new("momentum"), new("greatest_gradient")],
        (update, rate) => new Rule((float)(rate / (1 - Math.Pow(Beta1, update))), (float)(1 - Beta1), (float)Beta2, (float)Epsilon));

    private readonly struct Rule(float rate, float take, float keep, float epsilon) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> m, ref Vector256<float> u, ref Vector256<float> c)
        {
            m = RuleMath.Flush(m + ((g - m) * take));
            u = RuleMath.Flush(Vector256.Max(u * keep, Vector256.Abs(g)));
            return w - (m * rate / (u + Vector256.Create(epsilon)));
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>adamax</summary>
    public static readonly Entry<Optimizer> Adamax = Add("adamax", "Adam with the greatest gradient in place of the root mean square", new Adamax(),
        Setting<Optimizer>.Number<Adamax>("beta1", "decay of the mean gradient", x => x.Beta1, (x, v) => x with { Beta1 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Adamax>("beta2", "decay of the greatest gradient", x => x.Beta2, (x, v) => x with { Beta2 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Adamax>("epsilon", "added to the divisor", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0));
}
