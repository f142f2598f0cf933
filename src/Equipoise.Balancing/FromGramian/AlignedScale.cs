namespace Equipoise.Balancing;

/// <summary>The squared length that <see cref="AlignedMtl"/> gives to its orthogonal gradients.</summary>
public enum AlignedScale
{
    /// <summary>The smallest eigenvalue that is kept.</summary>
    Minimum,

    /// <summary>The lower median of those kept.</summary>
    Median,

    /// <summary>The mean of those kept; called rmse in published codes.</summary>
    Mean,
}
