using Equipoise.Catalogs;

namespace Equipoise.Constraints;

/// <summary>Brings the weights of every unit to length 1.</summary>
/// <remarks>w / (n + 1e-7), with n = √Σw² of the unit; weights of exactly 0 stay. Source: Keras 3, UnitNorm.</remarks>
public sealed record UnitNorm : Constraint
{
    /// <inheritdoc/>
    public override void Apply(Span<float> w, ReadOnlySpan<int> shape, Span<float> memory) => ScaleUnits(w, shape, new Rule());

    private readonly struct Rule : INormRule
    {
        public double Factor(double norm) => 1 / (norm + Epsilon);
    }
}

public static partial class ConstraintCatalog
{
    /// <summary>unit_norm</summary>
    public static readonly Entry<Constraint> UnitNorm = Add("unit_norm", "weights of every unit of length 1", new UnitNorm());
}
