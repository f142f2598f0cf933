namespace Equipoise.Data;

/// <summary>What is done to a number before it enters the network.</summary>
public enum NumberScaling
{
    /// <summary>Minus the mean of training, over its standard deviation.</summary>
    Standardise,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>ln(1 + x), then standardised: for counts and sizes. Wants x above −1.</summary>
    Log1p,

    /// <summary>log10(x), then standardised. Wants x above 0.</summary>
    Log10,

    /// <summary>From the smallest to the largest value of training onto 0 to 1; values outside go beyond.</summary>
    MinMax,
}
