using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>AdamW without a schedule: averages the parameters as it goes, so that no end of training need be known.</summary>
/// <remarks>
/// z begins as w; v as Adam; z −= rate × g / (√(v / (1 − β2^t)) + ε); x += (z − x) / t; w = (1 − β1) z + β1 x. During the warm-up the rate is rate × t / steps.
/// Training uses w; evaluation should use x = (w − (1 − β1) z) / β1, which <see cref="RunningOptimizer.WriteAverages"/> writes.
/// Source: Keras 3.16, ScheduleFreeAdamW; Defazio and others, "The Road Less Scheduled", 2024, algorithm 1 (with equal weights 1 / t).
/// Differs: Keras on torch reads the updated z as the old one; the formula is followed here.
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.0025 if left out.</param>
/// <param name="Beta1">How far the trained point lies from z towards the average, above 0 and below 1.</param>
/// <param name="Beta2">Decay of the mean square, at least 0 and below 1.</param>
/// <param name="Epsilon">Added to the root, above 0.</param>
/// <param name="WarmupSteps">Updates in which the rate rises, at least 0.</param>
public sealed record ScheduleFreeAdamW(Schedule? LearningRate = null, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, int WarmupSteps = 0) : Optimizer(LearningRate ?? 0.0025)
{
    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        AdamRule.Check(nameof(ScheduleFreeAdamW), Beta1, Beta2, Epsilon);
        Require.Above(nameof(ScheduleFreeAdamW), nameof(Beta1), Beta1, 0);
        Require.AtLeast(nameof(ScheduleFreeAdamW), nameof(WarmupSteps), WarmupSteps, 0);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => new ElementwiseOptimizer<Rule>(this, layout, [new("base", CopiesParameters: true), new("velocity")],
        (update, rate) => new Rule((float)(update < WarmupSteps ? rate * update / WarmupSteps : rate), (float)Beta1, (float)(1 - Beta1), (float)(1 - Beta2),
            (float)(1 - Math.Pow(Beta2, update)), (float)(1.0 / update), (float)Epsilon),
        (moments, _, place, w) => (w - ((float)(1 - Beta1) * moments[0]![place])) / (float)Beta1);

    private readonly struct Rule(float rate, float towards, float away, float take, float correction, float weight, float epsilon) : IUpdateRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<float> Apply(Vector256<float> w, Vector256<float> g, ref Vector256<float> z, ref Vector256<float> v, ref Vector256<float> c)
        {
            v = RuleMath.Flush(v + (((g * g) - v) * take));
            var x = (w - (z * away)) / towards;
            z -= g * rate / (Vector256.Sqrt(v / correction) + Vector256.Create(epsilon));
            x += (z - x) * weight;
            return (z * away) + (x * towards);
        }
    }
}

public static partial class OptimizerCatalog
{
    /// <summary>schedule_free_adamw</summary>
    public static readonly Entry<Optimizer> ScheduleFreeAdamW = Add("schedule_free_adamw", "AdamW that averages parameters in place of a schedule", new ScheduleFreeAdamW(),
        Setting<Optimizer>.Number<ScheduleFreeAdamW>("beta1", "how far the trained point lies towards the average", x => x.Beta1, (x, v) => x with { Beta1 = v }, above: 0, below: 1),
        Setting<Optimizer>.Number<ScheduleFreeAdamW>("beta2", "decay of the mean square", x => x.Beta2, (x, v) => x with { Beta2 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<ScheduleFreeAdamW>("epsilon", "added to the root", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0),
        Setting<Optimizer>.Integer<ScheduleFreeAdamW>("warmup_steps", "updates in which the rate rises", x => x.WarmupSteps, (x, v) => x with { WarmupSteps = v }, minimum: 0))
        .Alias("schedule_free");
}
