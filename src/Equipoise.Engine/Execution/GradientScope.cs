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
}
