namespace Equipoise.Engine.Graphs;

/// <summary>Which passes read the panels of a matrix.</summary>
public enum PackedUse
{
    /// <summary>Forward, perhaps among others.</summary>
    Always,

    /// <summary>Backward only: there is none in inference.</summary>
    Backward,

    /// <summary>Only the gradient of the first input: the first layer of a network has none.</summary>
    InputGradient,
}
