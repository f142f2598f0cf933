namespace Equipoise.Losses;

/// <summary>What a <see cref="LinearConstraint"/> asks of its sum.</summary>
public enum ConstraintSense
{
    /// <summary>It shall be the constant.</summary>
    Equal,

    /// <summary>It shall not be above the constant.</summary>
    AtMost,

    /// <summary>It shall not be below the constant.</summary>
    AtLeast,
}
