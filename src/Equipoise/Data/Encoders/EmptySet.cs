namespace Equipoise.Data;

/// <summary>What an empty cell of a set target means.</summary>
public enum EmptySet
{
    /// <summary>A row that has none of the labels.</summary>
    None,

    /// <summary>A row whose labels are not known.</summary>
    Missing,
}
