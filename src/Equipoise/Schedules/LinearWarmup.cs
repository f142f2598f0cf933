using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>Any schedule after a warm-up in a straight line.</summary>
/// <remarks>
/// start + (after(0) − start) × step / warm-up while step &lt; warm-up, then after(step − warm-up): the schedule counts from the end of the warm-up.
/// Source: Goyal and others, "Accurate, Large Minibatch SGD", 2017, section 2.2 (gradual warm-up).
/// </remarks>
public sealed record LinearWarmup : Schedule
{
    /// <summary>A warm-up before a schedule.</summary>
    /// <param name="after">What follows the warm-up; 0.001 if left out.</param>
    /// <param name="warmupSteps">Steps of the warm-up, at least 0.</param>
    /// <param name="start">Value at step 0, at least 0.</param>
    public LinearWarmup(Schedule? after = null, int warmupSteps = 1000, double start = 0)
    {
        After = after ?? 0.001;
        WarmupSteps = warmupSteps;
        Start = start;
    }

    /// <summary>What follows the warm-up.</summary>
    public Schedule After { get; init; }

    /// <summary>Steps of the warm-up, at least 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>Value at step 0, at least 0.</summary>
    public double Start { get; init; }

    /// <inheritdoc/>
    public override double At(long step)
        => step < WarmupSteps ? Start + ((After.At(0) - Start) * step / WarmupSteps) : After.At(step - WarmupSteps);

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(LinearWarmup), nameof(WarmupSteps), WarmupSteps, 0);
        Require.AtLeast(nameof(LinearWarmup), nameof(Start), Start, 0);
        After.Check();
    }
}

public static partial class ScheduleCatalog
{
    /// <summary>linear_warmup</summary>
    public static readonly Entry<Schedule> LinearWarmup = Add("linear_warmup", "any schedule after a warm-up in a straight line", new LinearWarmup(),
        Setting<Schedule>.Component<LinearWarmup, Schedule>("after", "what follows the warm-up", () => Catalog, x => x.After, (x, v) => x with { After = v ?? x.After }),
        Setting<Schedule>.Integer<LinearWarmup>("warmup_steps", "steps of the warm-up", x => x.WarmupSteps, (x, v) => x with { WarmupSteps = v }, minimum: 0),
        Setting<Schedule>.Number<LinearWarmup>("start", "value at step 0", x => x.Start, (x, v) => x with { Start = v }, minimum: 0))
        .Alias("warmup");
}
