namespace Equipoise.Balancing;

/// <summary>How a loss stands in the likelihood that uncertainty weighting comes from.</summary>
public enum UncertaintyForm
{
    /// <summary>A Gaussian: L / (2σ²) + log σ.</summary>
    Regression,

    /// <summary>A scaled softmax: L / σ² + log σ.</summary>
    Classification,
}
