using Equipoise.Catalogs;

namespace Equipoise.Schedules;

/// <summary>Constant between given steps.</summary>
/// <remarks>
/// values[i] for the first i with step ≤ boundaries[i] (a boundary belongs to the piece before it), the last value beyond all of them.
/// Source: Keras 3.16, PiecewiseConstantDecay.
/// </remarks>
public sealed record PiecewiseConstantDecay : Schedule
{
    /// <summary>A schedule of the given pieces.</summary>
    /// <param name="boundaries">Last step of each piece but the last, ascending.</param>
    /// <param name="values">Value of each piece, one more than boundaries, at least 0.</param>
    public PiecewiseConstantDecay(IReadOnlyList<double> boundaries, IReadOnlyList<double> values)
    {
        Boundaries = boundaries;
        Values = values;
    }

    /// <summary>Last step of each piece but the last, ascending.</summary>
    public IReadOnlyList<double> Boundaries { get; init; }

    /// <summary>Value of each piece, one more than <see cref="Boundaries"/>, at least 0.</summary>
    public IReadOnlyList<double> Values { get; init; }

    /// <inheritdoc/>
    public override double At(long step)
    {
        for (int i = 0; i < Boundaries.Count; i++)
        {
            if (step <= Boundaries[i]) return Values[i];
        }
        return Values[^1];
    }

    /// <inheritdoc/>
    public override void Check()
    {
        Require.That(Values.Count == Boundaries.Count + 1, nameof(PiecewiseConstantDecay), nameof(Values), Values.Count,
            $"{Boundaries.Count + 1} numbers: one more than the {Boundaries.Count} boundaries");
        for (int i = 1; i < Boundaries.Count; i++)
        {
            Require.That(Boundaries[i] > Boundaries[i - 1], nameof(PiecewiseConstantDecay), nameof(Boundaries), Boundaries[i], $"above the boundary before it, {Require.Text(Boundaries[i - 1])}");
        }
        foreach (double value in Values) Require.AtLeast(nameof(PiecewiseConstantDecay), nameof(Values), value, 0);
    }
}

public static partial class ScheduleCatalog
{
    /// <summary>piecewise_constant_decay</summary>
    public static readonly Entry<Schedule> PiecewiseConstantDecay = Add("piecewise_constant_decay", "constant between given steps", new PiecewiseConstantDecay([1000], [0.001, 0.0001]),
        Setting<Schedule>.Numbers<PiecewiseConstantDecay>("boundaries", "last step of each piece but the last, ascending", x => x.Boundaries, (x, v) => x with { Boundaries = v }, minimum: 0),
        Setting<Schedule>.Numbers<PiecewiseConstantDecay>("values", "value of each piece, one more than boundaries", x => x.Values, (x, v) => x with { Values = v }, minimum: 0))
        .Alias("piecewise_constant", "step");
}
