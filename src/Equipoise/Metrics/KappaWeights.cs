namespace Equipoise.Metrics;

/// <summary>What a wrong class costs in Cohen's kappa.</summary>
public enum KappaWeights
{
    /// <summary>Every wrong class the same.</summary>
    None,

    /// <summary>The distance of the classes: for classes in an order.</summary>
    Linear,

    /// <summary>The squared distance of the classes.</summary>
    Quadratic,
}
