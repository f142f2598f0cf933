using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>Falls along half a cosine wave, after an optional linear warm-up.</summary>
/// <remarks>
/// Without <paramref name="WarmupTarget"/>: initial × ((1 − alpha) × ½(1 + cos(π × min(step, steps) / steps)) + alpha).
/// With it: (target − initial) × step / warm-up + initial during the warm-up, then the same wave from the target, its steps counted after the warm-up.
/// Source: Keras 3.16, CosineDecay; Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, equation 5.
/// </remarks>
/// <param name="InitialLearningRate">Value at step 0, at least 0.</param>
/// <param name="DecaySteps">Steps of the fall (the warm-up not counted), at least 1.</param>
/// <param name="Alpha">What remains at the end, as a fraction, 0 to 1.</param>
/// <param name="WarmupTarget">Value at the end of the warm-up; none for no warm-up.</param>
/// <param name="WarmupSteps">Steps of the warm-up, at least 0.</param>
public sealed record CosineDecay(double InitialLearningRate = 0.001, int DecaySteps = 1000, double Alpha = 0, double? WarmupTarget = null, int WarmupSteps = 0) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step)
    {
        double start = InitialLearningRate;
        double time = step;
        if (WarmupTarget is { } target)
        {
            if (step < WarmupSteps) return ((target - start) * (time / WarmupSteps)) + start;
            start = target;
            time -= WarmupSteps;
        }
        double wave = 0.5 * (1 + Math.Cos(Math.PI * Math.Min(time, DecaySteps) / DecaySteps));
        return start * (((1 - Alpha) * wave) + Alpha);
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(CosineDecay), nameof(InitialLearningRate), InitialLearningRate, 0);
        Require.AtLeast(nameof(CosineDecay), nameof(DecaySteps), DecaySteps, 1);
        Require.Between(nameof(CosineDecay), nameof(Alpha), Alpha, 0, 1);
        if (WarmupTarget is { } target) Require.AtLeast(nameof(CosineDecay), nameof(WarmupTarget), target, 0);
        Require.AtLeast(nameof(CosineDecay), nameof(WarmupSteps), WarmupSteps, 0);
    }
}

public static partial class ScheduleCatalog
{
    /// <summary>cosine_decay</summary>
    public static readonly Entry<Schedule> CosineDecay = Add("cosine_decay", "falls along half a cosine wave, after an optional warm-up", new CosineDecay(),
        Setting<Schedule>.Number<CosineDecay>("initial_learning_rate", "value at step 0", x => x.InitialLearningRate, (x, v) => x with { InitialLearningRate = v }, minimum: 0),
        Setting<Schedule>.Integer<CosineDecay>("decay_steps", "steps of the fall, the warm-up not counted", x => x.DecaySteps, (x, v) => x with { DecaySteps = v }, minimum: 1),
        Setting<Schedule>.Number<CosineDecay>("alpha", "what remains at the end, as a fraction", x => x.Alpha, (x, v) => x with { Alpha = v }, minimum: 0, maximum: 1),
        Setting<Schedule>.OptionalNumber<CosineDecay>("warmup_target", "value at the end of the warm-up", x => x.WarmupTarget, (x, v) => x with { WarmupTarget = v }, minimum: 0),
        Setting<Schedule>.Integer<CosineDecay>("warmup_steps", "steps of the warm-up", x => x.WarmupSteps, (x, v) => x with { WarmupSteps = v }, minimum: 0))
        .Alias("cosine");
}
