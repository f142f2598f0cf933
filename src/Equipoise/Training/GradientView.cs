namespace Equipoise.Training;

/// <summary>Of which shared layers a balancer sees each output's gradient.</summary>
public enum GradientView
{
    /// <summary>All layers that reach more than one output.</summary>
    AllShared,

    /// <summary>The last ones alone, where each output's backward ends: quicker, but an approximation of what all would say.</summary>
    LastShared,

    /// <summary>
    /// None: the features that the outputs' own layers read, in place of parameters. Each output's backward runs through its own layers only, so this costs little more than fixed weights; an approximation too.
    /// </summary>
    SharedFeatures,
}
