namespace Equipoise.Balancing;

/// <summary>To what the weights are scaled. Published methods differ silently in this, and so in the length of a step at the same learning rate.</summary>
public enum WeightScale
{
    /// <summary>As the method's formula gives them.</summary>
    AsPublished,

    /// <summary>Σ weights = 1. Left as they are when the sum is not positive.</summary>
    SumToOne,

    /// <summary>Σ weights = number of outputs that take part, as a plain sum of losses has. Left as they are when the sum is not positive.</summary>
    SumToTasks,

    /// <summary>The combined gradient is as long as the mean gradient. Needs the Gramian.</summary>
    MeanNorm,
}
