namespace Equipoise.Engine.Graphs;

/// <summary>What an operation reads again after its forward pass; all else may be dropped.</summary>
[Flags]
public enum Keeps
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Backward reads the inputs.</summary>
    Inputs = 1,

    /// <summary>Backward reads the output.</summary>
    Output = 2,

    /// <summary>The parameter pass reads the inputs.</summary>
    InputsForParameters = 4,

    /// <summary>The parameter pass reads the gradient of the output.</summary>
    OutputGradientForParameters = 8,

    /// <summary>The parameter pass reads the tape.</summary>
    TapeForParameters = 16,

    /// <summary>The parameter pass reads the output.</summary>
    OutputForParameters = 32,
}
