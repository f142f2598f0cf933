namespace Equipoise.Metrics;

/// <summary>Which way a metric gets better.</summary>
public enum MetricDirection
{
    /// <summary>Less is better: errors, cross-entropies.</summary>
    LowerIsBetter,

    /// <summary>More is better: accuracies, F1, R².</summary>
    HigherIsBetter,

    /// <summary>Neither: counts.</summary>
    None,
}
