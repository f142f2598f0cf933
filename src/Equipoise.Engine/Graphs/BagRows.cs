namespace Equipoise.Engine.Graphs;

/// <summary>Sparse weighted bags of a block of rows: row r holds entries [Starts[r], Starts[r] + Lengths[r]) of the two long arrays.</summary>
public readonly ref struct BagRows
{
    /// <summary>First entry of each row.</summary>
    public ReadOnlySpan<int> Starts { get; init; }

    /// <summary>Number of entries of each row.</summary>
    public ReadOnlySpan<int> Lengths { get; init; }

    /// <summary>Index of every entry.</summary>
    public ReadOnlySpan<int> Indices { get; init; }

    /// <summary>Weight of every entry.</summary>
    public ReadOnlySpan<float> Weights { get; init; }
}
