namespace Equipoise.Engine.Execution;

/// <summary>Of which shared parameters each output's gradient is kept by itself.</summary>
public enum GradientScope
{
    /// <summary>All that reach more than one of the outputs.</summary>
    AllShared,

    /// <summary>
    /// Only those of the last shared layers: no other shared layer with parameters comes between them and the outputs. Each output's backward ends there, so this costs little more than one
    /// backward; what it says of the layers below is an approximation.
    /// </summary>
    LastShared,

    /// <summary>
    /// No parameters at all: the shared features themselves, the numbers that layers of one output alone read and several outputs reach. Each output's backward runs through its own layers only, and the Gramian is that of
    /// the gradients of these numbers, summed over the rows. An approximation: it says nothing of how the features depend on the parameters.
    /// Source: Sener and Koltun, "Multi-Task Learning as Multi-Objective Optimization", 2018, section 3.3 (an upper bound of the shortest combined gradient).
    /// </summary>
    SharedFeatures,
}
