namespace Equipoise.Layers;

/// <summary>How the outputs of the two walks of a <see cref="Bidirectional"/> become one.</summary>
public enum BidirectionalMerge
{
    /// <summary>Side by side.</summary>
    Concat,

    /// <summary>Added.</summary>
    Sum,

    /// <summary>Averaged.</summary>
    Ave,

    /// <summary>Multiplied, number by number.</summary>
    Mul,
}
