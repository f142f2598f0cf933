namespace Equipoise.Initializers;

/// <summary>Which fan scales a parameter.</summary>
public enum FanMode
{
    /// <summary>Numbers flowing in: keeps the variance of what flows forward.</summary>
    FanIn,

    /// <summary>Numbers flowing out: keeps the variance of gradients.</summary>
    FanOut,

    /// <summary>The mean of both.</summary>
    FanAvg,
}
