namespace Equipoise.Engine.Execution;

/// <summary>Where a tensor lives: in the batch arena (all rows, contiguous) or in each worker's block arena (the rows of one block).</summary>
/// <param name="Kind">Which arena, or none.</param>
/// <param name="Offset">Floats a row before it in that arena; the arena multiplies it by its number of rows.</param>
/// <param name="Size">Floats a row.</param>
internal readonly record struct BufferPlace(BufferKind Kind, int Offset, int Size);

/// <summary>Which arena a tensor lives in.</summary>
internal enum BufferKind
{
    /// <summary>It has no memory.</summary>
    None,

    /// <summary>All rows of the batch.</summary>
    Batch,

    /// <summary>The rows of the block at hand.</summary>
    Block,
}
