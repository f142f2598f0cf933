using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Nadam: Adam with Nesterov momentum.</summary>
/// <remarks>
/// uₜ = β1(1 − ½ 0.96^t); Pₜ = u₁ ... uₜ; m, v as Adam; m̂ = uₜ₊₁ m / (1 − Pₜ uₜ₊₁) + (1 − uₜ) g / (1 − Pₜ); v̂ = v / (1 − β2^t); w −= rate × m̂ / (√v̂ + ε).
/// Source: Keras 3.16, Nadam; Dozat, "Incorporating Nesterov Momentum into Adam", 2016, algorithm 2.
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.001 if left out.</param>
/// <param name="Beta1">Decay of the mean gradient, at least 0 and below 1.</param>
/// <param name="Beta2">Decay of the mean square, at least 0 and below 1.</param>
/// <param name="Epsilon">Added to the root, above 0.</param>
public sealed record Nadam(Schedule? LearningRate = null, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-7) : Optimizer(LearningRate ?? 0.001)
{
    /// <inheritdoc/>
    public override ZeroGradient ZeroGradient => ZeroGradient.KeepsAtRest;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        AdamRule.Check(nameof(Nadam), Beta1, Beta2, Epsilon);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout)
    {
        long last = 0;
        double product = 1;         // Pₜ, made anew from the first update after a restore
        double Part(long update) => Beta1 * (1 - (0.5 * Math.Pow(0.96, update)));
        return new ElementwiseOptimizer<Rule>(this, layout, [new("momentum"), new("velocity")], (update, rate) =>
        {
            if (update < last) (last, product) = (0, 1);
            while (last < update) product *= Part(++last);
            double next = Part(update + 1);
            return new Rule((float)rate, (float)(1 - Beta1), (float)(1 - Beta2),
                (float)(next / (1 - (product * next))), (float)((1 - Part(update)) / (1 - product)), (float)(1 - Math.Pow(Beta2, update)), (float)Epsilon);
        });
    }

    private readonly struct Rule(float rate, float take1, float take2, float momentumFactor, float gradientFactor, float correction, float epsilon) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> m, ref Vector256<float> v, ref Vector256<float> c)
        {
            m = RuleMath.Flush(m + ((g - m) * take1));
            v = RuleMath.Flush(v + (((g * g) - v) * take2));
            var step = (m * momentumFactor) + (g * gradientFactor);
            return w - (step * rate / (Vector256.Sqrt(v / correction) + Vector256.Create(epsilon)));
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>nadam</summary>
    public static readonly Entry<Optimizer> Nadam = Add("nadam", "Adam with Nesterov momentum", new Nadam(),
        Setting<Optimizer>.Number<Nadam>("beta1", "decay of the mean gradient", x => x.Beta1, (x, v) => x with { Beta1 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Nadam>("beta2", "decay of the mean square", x => x.Beta2, (x, v) => x with { Beta2 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<Nadam>("epsilon", "added to the root", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0));
}
