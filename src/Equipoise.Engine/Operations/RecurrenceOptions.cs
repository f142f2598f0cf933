namespace Equipoise.Engine.Operations;

/// <summary>How a recurrent operation walks over time and what it takes and gives. Inputs of the node: x, then the initial states, then the mask.</summary>
public sealed record RecurrenceOptions
{
    /// <summary>Whether the states of all steps are the output, or only the one after the last step.</summary>
    public bool ReturnSequences { get; init; }

    /// <summary>Whether the walk begins at the end of time.</summary>
    public bool Backwards { get; init; }

    /// <summary>For backward walks that return sequences: whether the output is in the order of time, or in that of the walk.</summary>
    public bool InTimeOrder { get; init; }

    /// <summary>Whether initial states are inputs; if not, they are zero.</summary>
    public bool HasInitialState { get; init; }

    /// <summary>Whether the last input is a mask [length]: a step with 0 leaves the states as they are.</summary>
    public bool IsMasked { get; init; }

    /// <summary>In training, the share of the state's numbers that the recurrent product does not see, from 0 to 1; the same for all steps of a row. The others are multiplied by 1/(1 - share).</summary>
    public double Dropout { get; init; }
}
