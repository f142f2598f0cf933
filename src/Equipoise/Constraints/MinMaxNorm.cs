using Equipoise.Catalogs;

namespace Equipoise.Constraints;

/// <summary>Keeps the length of the weights of a unit between two bounds, at once or bit by bit.</summary>
/// <remarks>w · (rate · clip(n, minimum, maximum) + (1 − rate) · n) / (n + 1e-7), with n = √Σw² of the unit; weights of exactly 0 stay. Source: Keras 3, MinMaxNorm.</remarks>
/// <param name="Minimum">Shortest norm, at least 0.</param>
/// <param name="Maximum">Longest norm, at least the minimum.</param>
/// <param name="Rate">How much of the way is gone at each update, 0 to 1.</param>
public sealed record MinMaxNorm(double Minimum = 0, double Maximum = 1, double Rate = 1) : Constraint
{
    /// <inheritdoc/>
    public override void Apply(Span<float> w, ReadOnlySpan<int> shape, Span<float> memory) => ScaleUnits(w, shape, new Rule(Minimum, Maximum, Rate));

    /// <inheritdoc/>
    public override void Check()
    {
        Require.AtLeast(nameof(MinMaxNorm), nameof(Minimum), Minimum, 0);
        Require.AtLeast(nameof(MinMaxNorm), nameof(Maximum), Maximum, Minimum);
        Require.Between(nameof(MinMaxNorm), nameof(Rate), Rate, 0, 1);
    }

    private readonly struct Rule(double minimum, double maximum, double rate) : INormRule
    {
        public double Factor(double norm) => norm >= minimum && norm <= maximum ? 1 : ((rate * Math.Clamp(norm, minimum, maximum)) + ((1 - rate) * norm)) / (norm + Epsilon);
    }
}

public static partial class ConstraintCatalog
{
    /// <summary>min_max_norm</summary>
    public static readonly Entry<Constraint> MinMaxNorm = Add("min_max_norm", "length of a unit's weights between two bounds", new MinMaxNorm(),
        Setting<Constraint>.Number<MinMaxNorm>("minimum", "shortest norm", x => x.Minimum, (x, v) => x with { Minimum = v }, minimum: 0),
        Setting<Constraint>.Number<MinMaxNorm>("maximum", "longest norm", x => x.Maximum, (x, v) => x with { Maximum = v }, minimum: 0),
        Setting<Constraint>.Number<MinMaxNorm>("rate", "how much of the way is gone at each update", x => x.Rate, (x, v) => x with { Rate = v }, minimum: 0, maximum: 1));
}
