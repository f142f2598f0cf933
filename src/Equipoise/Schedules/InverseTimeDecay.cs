using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>Falls like one over the time.</summary>
/// <remarks>
/// initial / (1 + rate × step / steps); with <paramref name="Staircase"/> the quotient is rounded down.
/// Source: Keras 3.16, InverseTimeDecay.
/// </remarks>
/// <param name="InitialLearningRate">Value at step 0, at least 0.</param>
/// <param name="DecaySteps">Steps that count as one unit of time, at least 1.</param>
/// <param name="DecayRate">Speed of the fall, at least 0.</param>
/// <param name="Staircase">Whether it falls in jumps.</param>
public sealed record InverseTimeDecay(double InitialLearningRate = 0.001, int DecaySteps = 1000, double DecayRate = 0.5, bool Staircase = false) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step)
    {
        double time = step / (double)DecaySteps;
        return InitialLearningRate / (1 + (DecayRate * (Staircase ? Math.Floor(time) : time)));
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(InverseTimeDecay), nameof(InitialLearningRate), InitialLearningRate, 0);
        Require.AtLeast(nameof(InverseTimeDecay), nameof(DecaySteps), DecaySteps, 1);
        Require.AtLeast(nameof(InverseTimeDecay), nameof(DecayRate), DecayRate, 0);
    }
}

public static partial class ScheduleCatalog
{
    /// <summary>inverse_time_decay</summary>
    public static readonly Entry<Schedule> InverseTimeDecay = Add("inverse_time_decay", "falls like one over the time", new InverseTimeDecay(),
        Setting<Schedule>.Number<InverseTimeDecay>("initial_learning_rate", "value at step 0", x => x.InitialLearningRate, (x, v) => x with { InitialLearningRate = v }, minimum: 0),
        Setting<Schedule>.Integer<InverseTimeDecay>("decay_steps", "steps that count as one unit of time", x => x.DecaySteps, (x, v) => x with { DecaySteps = v }, minimum: 1),
        Setting<Schedule>.Number<InverseTimeDecay>("decay_rate", "speed of the fall", x => x.DecayRate, (x, v) => x with { DecayRate = v }, minimum: 0),
        Setting<Schedule>.Flag<InverseTimeDecay>("staircase", "fall in jumps", x => x.Staircase, (x, v) => x with { Staircase = v }))
        .Alias("inverse_time");
}
