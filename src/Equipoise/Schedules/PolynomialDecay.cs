using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>Goes from one value to another along a power curve (power 1: a straight line) and stays there.</summary>
/// <remarks>
/// (initial − end) × (1 − min(step, steps) / steps)^power + end. With <paramref name="Cycle"/> the steps are stretched to the next multiple
/// of themselves, steps × ceil(step / steps) (once at step 0), so that the curve begins anew from an ever lower point.
/// Source: Keras 3.16, PolynomialDecay.
/// </remarks>
/// <param name="InitialLearningRate">Value at step 0, at least 0.</param>
/// <param name="DecaySteps">Steps until the end value, at least 1.</param>
/// <param name="EndLearningRate">Value at the end, at least 0.</param>
/// <param name="Power">Exponent, above 0.</param>
/// <param name="Cycle">Whether it begins anew beyond the end.</param>
public sealed record PolynomialDecay(double InitialLearningRate = 0.001, int DecaySteps = 1000, double EndLearningRate = 0.0001, double Power = 1, bool Cycle = false) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step)
    {
        double steps = DecaySteps;
        if (Cycle) steps *= step == 0 ? 1 : Math.Ceiling(step / steps);
        double left = 1 - (Math.Min(step, steps) / steps);
        return ((InitialLearningRate - EndLearningRate) * Math.Pow(left, Power)) + EndLearningRate;
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(PolynomialDecay), nameof(InitialLearningRate), InitialLearningRate, 0);
        Require.AtLeast(nameof(PolynomialDecay), nameof(DecaySteps), DecaySteps, 1);
        Require.AtLeast(nameof(PolynomialDecay), nameof(EndLearningRate), EndLearningRate, 0);
        Require.Above(nameof(PolynomialDecay), nameof(Power), Power, 0);
    }
}

public static partial class ScheduleCatalog
{
    /// <summary>polynomial_decay</summary>
    public static readonly Entry<Schedule> PolynomialDecay = Add("polynomial_decay", "from one value to another along a power curve", new PolynomialDecay(),
        Setting<Schedule>.Number<PolynomialDecay>("initial_learning_rate", "value at step 0", x => x.InitialLearningRate, (x, v) => x with { InitialLearningRate = v }, minimum: 0),
        Setting<Schedule>.Integer<PolynomialDecay>("decay_steps", "steps until the end value", x => x.DecaySteps, (x, v) => x with { DecaySteps = v }, minimum: 1),
        Setting<Schedule>.Number<PolynomialDecay>("end_learning_rate", "value at the end", x => x.EndLearningRate, (x, v) => x with { EndLearningRate = v }, minimum: 0),
        Setting<Schedule>.Number<PolynomialDecay>("power", "exponent of the curve; 1 is a straight line", x => x.Power, (x, v) => x with { Power = v }, above: 0),
        Setting<Schedule>.Flag<PolynomialDecay>("cycle", "begin anew beyond the end", x => x.Cycle, (x, v) => x with { Cycle = v }))
        .Alias("polynomial", "linear_decay");
}
