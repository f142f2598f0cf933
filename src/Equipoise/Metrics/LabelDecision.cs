namespace Equipoise.Metrics;

/// <summary>How probabilities become predicted labels.</summary>
public enum LabelDecision
{
    /// <summary>By the targets: the largest probability when they are class indices, the threshold otherwise.</summary>
    Auto,

    /// <summary>The largest probability of the item is the predicted class; equal ones are all predicted, and none if all are 0.</summary>
    Largest,

    /// <summary>Every label whose probability is above the threshold is predicted.</summary>
    Threshold,
}
