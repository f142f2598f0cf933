namespace Equipoise.Optimizers;

/// <summary>What an update makes of a parameter and its state when the gradient is zero: whether rows of a table that no row of the batch used may be left out, to the bit.</summary>
public enum ZeroGradient
{
    /// <summary>It may change them: an update of the whole is needed.</summary>
    Changes,

    /// <summary>It changes neither where an update has left all of the state at zero: rows that never had a gradient, or whose moments have decayed to nothing since.</summary>
    KeepsAtRest,

    /// <summary>Once an update was made, it changes the state alone, in a way that can be made up later: rows catch up when they next have a gradient, or when somebody asks for the state. See <see cref="RunningOptimizer.Fade"/>.</summary>
    FadesState,

    /// <summary>It changes neither, once an update was made at the same learning rate.</summary>
    KeepsAtSameRate,

    /// <summary>It changes neither.</summary>
    Keeps,
}
