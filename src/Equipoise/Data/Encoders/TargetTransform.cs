namespace Equipoise.Data;

/// <summary>What is done to a number before the loss sees it; undone in predictions.</summary>
public enum TargetTransform
{
    /// <summary>Nothing: the loss is in the unit of the column.</summary>
    None,

    /// <summary>Minus the mean of training, over its standard deviation.</summary>
    Standardise,

    /// <summary>ln(1 + x): for counts and sizes. Wants x above −1.</summary>
    Log1p,

    /// <summary>log10(x). Wants x above 0.</summary>
    Log10,

    /// <summary>ln(x). Wants x above 0.</summary>
    Log,
}
