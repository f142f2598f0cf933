namespace Equipoise.Advice;

/// <summary>What a change of a config does.</summary>
public enum EditKind
{
    /// <summary>Gives a key of a part a value, in place of the one that stands there, or as a new key.</summary>
    Set,

    /// <summary>Takes a key of a part away.</summary>
    Remove,

    /// <summary>Puts an item at the end of the list that a key has.</summary>
    AddItem,

    /// <summary>Takes an item out of the list that a key has.</summary>
    RemoveItem,
}
