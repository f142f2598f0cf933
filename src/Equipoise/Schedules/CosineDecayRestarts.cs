using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>Falls along half a cosine wave, and starts again with a longer and lower wave.</summary>
/// <remarks>
/// Wave i (from 0) has first × TMul^i steps and the height MMul^i; within it, at the fraction f:
/// initial × ((1 − alpha) × height × ½(1 + cos(π f)) + alpha).
/// Source: Keras 3.16, CosineDecayRestarts; Loshchilov and Hutter, "SGDR", 2017, section 3.
/// </remarks>
/// <param name="InitialLearningRate">Value at step 0, at least 0.</param>
/// <param name="FirstDecaySteps">Steps of the first wave, at least 1.</param>
/// <param name="TMul">Factor of the length from wave to wave, at least 1.</param>
/// <param name="MMul">Factor of the height from wave to wave, at least 0.</param>
/// <param name="Alpha">What remains at the end of a wave, as a fraction of the initial value, 0 to 1.</param>
public sealed record CosineDecayRestarts(double InitialLearningRate = 0.001, int FirstDecaySteps = 1000, double TMul = 2, double MMul = 1, double Alpha = 0) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step)
    {
        double fraction = step / (double)FirstDecaySteps;
        double wave;
        if (TMul == 1)
        {
            wave = Math.Floor(fraction);
            fraction -= wave;
        }
        else
        {
            wave = Math.Floor(Math.Log(1 - (fraction * (1 - TMul))) / Math.Log(TMul));
            double before = (1 - Math.Pow(TMul, wave)) / (1 - TMul);
            fraction = (fraction - before) / Math.Pow(TMul, wave);
        }
        double cosine = 0.5 * Math.Pow(MMul, wave) * (1 + Math.Cos(Math.PI * fraction));
        return InitialLearningRate * (((1 - Alpha) * cosine) + Alpha);
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(CosineDecayRestarts), nameof(InitialLearningRate), InitialLearningRate, 0);
        Require.AtLeast(nameof(CosineDecayRestarts), nameof(FirstDecaySteps), FirstDecaySteps, 1);
        Require.AtLeast(nameof(CosineDecayRestarts), nameof(TMul), TMul, 1);
        Require.AtLeast(nameof(CosineDecayRestarts), nameof(MMul), MMul, 0);
        Require.Between(nameof(CosineDecayRestarts), nameof(Alpha), Alpha, 0, 1);
    }
}

public static partial class ScheduleCatalog
{
    /// <summary>cosine_decay_restarts</summary>
    public static readonly Entry<Schedule> CosineDecayRestarts = Add("cosine_decay_restarts", "falls along half a cosine wave, again and again", new CosineDecayRestarts(),
        Setting<Schedule>.Number<CosineDecayRestarts>("initial_learning_rate", "value at step 0", x => x.InitialLearningRate, (x, v) => x with { InitialLearningRate = v }, minimum: 0),
        Setting<Schedule>.Integer<CosineDecayRestarts>("first_decay_steps", "steps of the first wave", x => x.FirstDecaySteps, (x, v) => x with { FirstDecaySteps = v }, minimum: 1),
        Setting<Schedule>.Number<CosineDecayRestarts>("t_mul", "factor of the length from wave to wave", x => x.TMul, (x, v) => x with { TMul = v }, minimum: 1),
        Setting<Schedule>.Number<CosineDecayRestarts>("m_mul", "factor of the height from wave to wave", x => x.MMul, (x, v) => x with { MMul = v }, minimum: 0),
        Setting<Schedule>.Number<CosineDecayRestarts>("alpha", "what remains at the end of a wave, as a fraction", x => x.Alpha, (x, v) => x with { Alpha = v }, minimum: 0, maximum: 1))
        .Alias("cosine_restarts");
}
