namespace Equipoise.Metrics;

/// <summary>How the area under a curve is computed.</summary>
public enum AucMethod
{
    /// <summary>From the ranking of all scores: exact, keeps all scores.</summary>
    Exact,

    /// <summary>From counts at fixed thresholds, as Keras: an approximation, little memory.</summary>
    Thresholds,
}
