using Equipoise.Catalogs;
using Equipoise.Schedules;

namespace Equipoise.Optimizers;

/// <summary>Adam with decoupled weight decay on by default.</summary>
/// <remarks>
/// w −= w × decay × rate, then the step of <see cref="Adam"/>.
/// Source: Keras 3.16, AdamW; Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2.
/// </remarks>
/// <param name="LearningRate">Size of the steps; 0.001 if left out.</param>
/// <param name="WeightDecay">Decoupled weight decay, at least 0.</param>
/// <param name="Beta1">Decay of the mean gradient, at least 0 and below 1.</param>
/// <param name="Beta2">Decay of the mean square, at least 0 and below 1.</param>
/// <param name="Epsilon">Added to the root, above 0.</param>
/// <param name="AmsGrad">Whether the mean square may never fall.</param>
public sealed record AdamW(Schedule? LearningRate = null, double WeightDecay = 0.004, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-7, bool AmsGrad = false)
    : Optimizer(LearningRate ?? 0.001, WeightDecay)
{
    /// <inheritdoc/>
    public override ZeroGradient ZeroGradient => ZeroGradient.KeepsAtRest;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        AdamRule.Check(nameof(AdamW), Beta1, Beta2, Epsilon);
    }

    /// <inheritdoc/>
    protected override RunningOptimizer Create(ParameterLayout layout) => AdamRule.Start(this, layout, Beta1, Beta2, Epsilon, AmsGrad);
}

public static partial class OptimizerCatalog
{
    /// <summary>adamw</summary>
    public static readonly Entry<Optimizer> AdamW = Add("adamw", "Adam with decoupled weight decay", new AdamW(),
        Setting<Optimizer>.Number<AdamW>("beta1", "decay of the mean gradient", x => x.Beta1, (x, v) => x with { Beta1 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<AdamW>("beta2", "decay of the mean square", x => x.Beta2, (x, v) => x with { Beta2 = v }, minimum: 0, below: 1),
        Setting<Optimizer>.Number<AdamW>("epsilon", "added to the root", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0),
        Setting<Optimizer>.Flag<AdamW>("amsgrad", "mean square may never fall", x => x.AmsGrad, (x, v) => x with { AmsGrad = v }));
}
