namespace Equipoise.Models;

/// <summary>What comes in at an input.</summary>
public enum InputKind
{
    /// <summary>Numbers: a <see cref="Data.NumbersColumn"/>.</summary>
    Numbers,

    /// <summary>Indices: a <see cref="Data.IndicesColumn"/>.</summary>
    Tokens,

    /// <summary>Sparse bags: a <see cref="Data.BagColumn"/>.</summary>
    Bag,
}
