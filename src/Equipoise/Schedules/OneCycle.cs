using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>One rise to a high value and one fall to nearly nothing over a whole training: fast, and the high middle regularises.</summary>
/// <remarks>
/// From maximum / divisor to maximum in the first share of the steps, then to maximum / divisor / final divisor at the last step, both along half cosine waves a + (b − a) × ½(1 − cos(π × part)); after the last step
/// it stays there. With S steps the rise ends at step share × S − 1 and the fall at S − 1, as in PyTorch's OneCycleLR. Momentum is left alone.
/// Source: Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2017, section 4; cosine waves instead of lines as fast.ai and PyTorch have them.
/// </remarks>
/// <param name="Maximum">Highest value, at least 0.</param>
/// <param name="Steps">Steps of the whole training, at least 2.</param>
/// <param name="RiseShare">Share of the steps that rises, between 0 and 1.</param>
/// <param name="Divisor">How many times lower it begins, above 0.</param>
/// <param name="FinalDivisor">How many times lower than the beginning it ends, above 0.</param>
public sealed record OneCycle(double Maximum = 0.01, int Steps = 1000, double RiseShare = 0.3, double Divisor = 25, double FinalDivisor = 1e4) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step)
    {
        double start = Maximum / Divisor, end = start / FinalDivisor, top = (RiseShare * Steps) - 1, last = Steps - 1;
        if (step >= last) return end;
        if (step <= top) return Wave(start, Maximum, top <= 0 ? 1 : step / top);
        double from = Math.Max(top, 0);
        return Wave(Maximum, end, (step - from) / (last - from));
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(OneCycle), nameof(Maximum), Maximum, 0);
        Require.AtLeast(nameof(OneCycle), nameof(Steps), Steps, 2);
        Require.Between(nameof(OneCycle), nameof(RiseShare), RiseShare, 0, 1);
        Require.Above(nameof(OneCycle), nameof(Divisor), Divisor, 0);
        Require.Above(nameof(OneCycle), nameof(FinalDivisor), FinalDivisor, 0);
    }

    private static double Wave(double from, double to, double part) => from + ((to - from) * 0.5 * (1 - Math.Cos(Math.PI * Math.Clamp(part, 0, 1))));
}

public static partial class ScheduleCatalog
{
    /// <summary>one_cycle</summary>
    public static readonly Entry<Schedule> OneCycle = Add("one_cycle", "one rise and one fall over the whole training", new OneCycle(),
        Setting<Schedule>.Number<OneCycle>("maximum", "highest value", x => x.Maximum, (x, v) => x with { Maximum = v }, minimum: 0),
        Setting<Schedule>.Integer<OneCycle>("steps", "steps of the whole training", x => x.Steps, (x, v) => x with { Steps = v }, minimum: 2),
        Setting<Schedule>.Number<OneCycle>("rise_share", "share of the steps that rises", x => x.RiseShare, (x, v) => x with { RiseShare = v }, minimum: 0, maximum: 1),
        Setting<Schedule>.Number<OneCycle>("divisor", "how many times lower it begins", x => x.Divisor, (x, v) => x with { Divisor = v }, above: 0),
        Setting<Schedule>.Number<OneCycle>("final_divisor", "how many times lower than the beginning it ends", x => x.FinalDivisor, (x, v) => x with { FinalDivisor = v }, above: 0));
}
