using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>Rises in a line, then falls with the root of the steps: the usual one for attention models whose length of training is open.</summary>
/// <remarks>
/// maximum × (step + 1) / warm-up while step + 1 ≤ warm-up, then maximum × √(warm-up / (step + 1)).
/// Source: Vaswani and others, "Attention is all you need", 2017, equation 3, where maximum = 1 / √(width × warm-up).
/// </remarks>
/// <param name="Maximum">Value at the end of the warm-up, at least 0.</param>
/// <param name="WarmupSteps">Steps of the warm-up, at least 1.</param>
public sealed record InverseSquareRoot(double Maximum = 0.001, int WarmupSteps = 4000) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step) => step + 1 <= WarmupSteps ? Maximum * (step + 1) / WarmupSteps : Maximum * Math.Sqrt(WarmupSteps / (step + 1.0));

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(InverseSquareRoot), nameof(Maximum), Maximum, 0);
        Require.AtLeast(nameof(InverseSquareRoot), nameof(WarmupSteps), WarmupSteps, 1);
    }
}

public static partial class ScheduleCatalog
{
    /// <summary>inverse_square_root</summary>
    public static readonly Entry<Schedule> InverseSquareRoot = Add("inverse_square_root", "rises in a line, then falls with the root of the steps", new InverseSquareRoot(),
        Setting<Schedule>.Number<InverseSquareRoot>("maximum", "value at the end of the warm-up", x => x.Maximum, (x, v) => x with { Maximum = v }, minimum: 0),
        Setting<Schedule>.Integer<InverseSquareRoot>("warmup_steps", "steps of the warm-up", x => x.WarmupSteps, (x, v) => x with { WarmupSteps = v }, minimum: 1))
        .Alias("noam");
}
