namespace Equipoise.Balancing;

/// <summary>What the gradients are divided by before they are compared.</summary>
public enum GradientNormalizer
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Their length; called l2 in published codes.</summary>
    Norm,

    /// <summary>The loss.</summary>
    Loss,

    /// <summary>Loss × length; called loss+ in published codes.</summary>
    LossTimesNorm,
}
