namespace Equipoise.Data;

/// <summary>What kind of column an input encoder makes.</summary>
public enum InputForm
{
    /// <summary>A <see cref="NumbersColumn"/>.</summary>
    Numbers,

    /// <summary>An <see cref="IndicesColumn"/>, for an embedding.</summary>
    Indices,

    /// <summary>A <see cref="BagColumn"/>, sparse.</summary>
    Bag,
}
