using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>The same value at every step.</summary>
/// <param name="Value">The value, at least 0.</param>
public sealed record ConstantSchedule(double Value = 0.001) : Schedule
{
    /// <inheritdoc/>
    public override double At(long step) => Value;

    /// <inheritdoc/>
    public override void Check() => Require.AtLeast(nameof(ConstantSchedule), nameof(Value), Value, 0);
}

public static partial class ScheduleCatalog
{
    /// <summary>constant</summary>
    public static readonly Entry<Schedule> Constant = Add("constant", "the same value at every step", new ConstantSchedule(),
        Setting<Schedule>.Number<ConstantSchedule>("value", "the value", x => x.Value, (x, v) => x with { Value = v }, minimum: 0));
}
