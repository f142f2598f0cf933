using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>A number that depends on the step: usually the learning rate. A plain number is a constant schedule.</summary>
/// <remarks>Steps count from 0: the first update reads <c>At(0)</c>. All arithmetic is double.</remarks>
public abstract record Schedule
{
    /// <summary>The value at a step, counted from 0.</summary>
    public abstract double At(long step);

    /// <summary>Refuses settings outside their range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range; the message names it, its value and the range.</exception>
    public abstract void Check();

    /// <summary>The constant schedule of a number.</summary>
    public static implicit operator Schedule(double value) => new ConstantSchedule(value);

    /// <summary>The constant schedule of a number.</summary>
    public static Schedule FromDouble(double value) => value;
}

/// <summary>Schedules by name.</summary>
public static partial class ScheduleCatalog
{
    private static Catalog<Schedule>? _catalog;        // no initialiser on purpose: the parts of this class initialise in file order

    /// <summary>The catalogue; a bare number in a config is a constant schedule.</summary>
    public static Catalog<Schedule> Catalog => _catalog!;

    private static Entry<Schedule> Add<T>(string name, string summary, T @default, params Setting<Schedule>[] settings) where T : Schedule
        => (_catalog ??= new("schedule")
        {
            FromNumber = value => new ConstantSchedule(value),
            ToNumber = schedule => (schedule as ConstantSchedule)?.Value,
        }).Add(name, summary, @default, settings);
}
