using Equipoise.Catalogs;

namespace Equipoise.Constraints;

/// <summary>Shortens the weights of a unit when they grow longer than a bound: with dropout and high learning rates.</summary>
/// <remarks>w · min(n, maximum) / (n + 1e-7), with n = √Σw² of the unit. Source: Srivastava and others, "Dropout", 2014, section 5.1; Keras 3, MaxNorm.</remarks>
/// <param name="Maximum">Longest norm, at least 0.</param>
public sealed record MaxNorm(double Maximum = 2) : Constraint
{
    /// <inheritdoc/>
    public override void Apply(Span<float> w, ReadOnlySpan<int> shape, Span<float> memory) => ScaleUnits(w, shape, new Rule(Maximum));

    /// <inheritdoc/>
    public override void Check() => Require.AtLeast(nameof(MaxNorm), nameof(Maximum), Maximum, 0);

    private readonly struct Rule(double maximum) : INormRule
    {
        // Within the bound a weight is left alone to the last bit, where Keras takes 1e-7 of it off at every step.
        public double Factor(double norm) => norm <= maximum ? 1 : maximum / (norm + Epsilon);
    }
}

public static partial class ConstraintCatalog
{
    /// <summary>max_norm</summary>
    public static readonly Entry<Constraint> MaxNorm = Add("max_norm", "weights of a unit no longer than a bound", new MaxNorm(),
        Setting<Constraint>.Number<MaxNorm>("maximum", "longest norm", x => x.Maximum, (x, v) => x with { Maximum = v }, minimum: 0));
}
