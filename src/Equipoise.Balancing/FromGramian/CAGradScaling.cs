namespace Equipoise.Balancing;

/// <summary>By what the weights of <see cref="CAGrad"/> are divided.</summary>
public enum CAGradScaling
{
    /// <summary>Nothing: as the formula has it.</summary>
    None,

    /// <summary>1 + c.</summary>
    OnePlusC,

    /// <summary>1 + c²: the default of the authors' code.</summary>
    OnePlusSquare,
}
