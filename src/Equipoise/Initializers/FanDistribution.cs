namespace Equipoise.Initializers;

/// <summary>The shape of a random distribution with a given variance.</summary>
public enum FanDistribution
{
    /// <summary>Normal, drawn again beyond two deviations; the deviation is raised so that the variance stays.</summary>
    TruncatedNormal,

    /// <summary>Normal.</summary>
    UntruncatedNormal,

    /// <summary>Uniform.</summary>
    Uniform,
}
