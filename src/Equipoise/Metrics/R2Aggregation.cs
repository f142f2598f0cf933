namespace Equipoise.Metrics;

/// <summary>How the R² of several columns become one.</summary>
public enum R2Aggregation
{
    /// <summary>Their mean.</summary>
    UniformAverage,

    /// <summary>Their mean, weighted with the variance of the targets.</summary>
    VarianceWeightedAverage,
}
