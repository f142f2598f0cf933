namespace Equipoise.Metrics;

/// <summary>How high the curve is taken to be between two thresholds.</summary>
public enum AucSummation
{
    /// <summary>The mean of both ends; for precision over recall the curve of Davis and Goadrich, 2006, section 4.</summary>
    Interpolation,

    /// <summary>The lower end.</summary>
    Minoring,

    /// <summary>The higher end.</summary>
    Majoring,
}
