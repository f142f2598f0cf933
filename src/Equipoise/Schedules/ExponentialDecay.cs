using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>Falls by the same factor every <paramref name="DecaySteps"/> steps.</summary>
/// <remarks>
/// initial × rate^(step / steps); with <paramref name="Staircase"/> the exponent is rounded down, so that the value falls in jumps.
/// Source: Keras 3.16, ExponentialDecay.
/// </remarks>
/// <param name="InitialLearningRate">Value at step 0, at least 0.</param>
/// <param name="DecaySteps">Steps in which the value falls by the factor, at least 1.</param>
/// <param name="DecayRate">The factor, above 0.</param>
/// <param name="Staircase">Whether it falls in jumps.</param>
public sealed record ExponentialDecay(double InitialLearningRate = 0.001, int DecaySteps = 1000, double DecayRate = 0.96, bool Staircase = false) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step)
    {
        double exponent = step / (double)DecaySteps;
        return InitialLearningRate * Math.Pow(DecayRate, Staircase ? Math.Floor(exponent) : exponent);
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(ExponentialDecay), nameof(InitialLearningRate), InitialLearningRate, 0);
        Require.AtLeast(nameof(ExponentialDecay), nameof(DecaySteps), DecaySteps, 1);
        Require.Above(nameof(ExponentialDecay), nameof(DecayRate), DecayRate, 0);
    }
}

public static partial class ScheduleCatalog
{
    /// <summary>exponential_decay</summary>
    public static readonly Entry<Schedule> ExponentialDecay = Add("exponential_decay", "falls by the same factor every so many steps", new ExponentialDecay(),
        Setting<Schedule>.Number<ExponentialDecay>("initial_learning_rate", "value at step 0", x => x.InitialLearningRate, (x, v) => x with { InitialLearningRate = v }, minimum: 0),
        Setting<Schedule>.Integer<ExponentialDecay>("decay_steps", "steps in which the value falls by the factor", x => x.DecaySteps, (x, v) => x with { DecaySteps = v }, minimum: 1),
        Setting<Schedule>.Number<ExponentialDecay>("decay_rate", "the factor", x => x.DecayRate, (x, v) => x with { DecayRate = v }, above: 0),
        Setting<Schedule>.Flag<ExponentialDecay>("staircase", "fall in jumps", x => x.Staircase, (x, v) => x with { Staircase = v }))
        .Alias("exponential");
}
