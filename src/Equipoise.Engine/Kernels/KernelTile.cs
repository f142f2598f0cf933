namespace Equipoise.Engine.Kernels;

/// <summary>How a <see cref="KernelPiece"/> lies in memory while it is summed: [rows, 16 filters] or, for <see cref="SparseKernelGradient"/>, [16 filters, 320] with each run rounded up to 16; after it the bias.</summary>
internal static class KernelTile
{
    /// <summary>Where the gradients of the bias begin in a sparse tile.</summary>
    public const int BiasOfSparse = KernelPiece.MostColumns * KernelPiece.MostRows;

    /// <summary>Begins a tile: with what the gradients [inner, filters] and [filters] hold, or with zeros where they are empty.</summary>
    public static void Load(in DirectShape shape, in KernelPiece piece, bool sparse, ReadOnlySpan<float> gradient, ReadOnlySpan<float> biasGradient, Span<float> tile)
    {
        tile[..KernelPiece.TileLength].Clear();
        for (var row = 0; row < piece.TileRows && !gradient.IsEmpty; row++)
        {
            var from = piece.RowOf(shape, row);
            for (var column = 0; from >= 0 && column < piece.Columns; column++) { tile[Place(piece, sparse, row, column)] = gradient[(from * shape.Filters) + piece.FirstColumn + column]; }
        }
        if (piece.IsFirst && !biasGradient.IsEmpty) { biasGradient.Slice(piece.FirstColumn, piece.Columns).CopyTo(tile[Bias(piece, sparse)..]); }
    }

    /// <summary>Writes a tile to its place in the gradients [inner, filters] and [filters], which may be empty if not wanted.</summary>
    public static void Store(in DirectShape shape, in KernelPiece piece, bool sparse, ReadOnlySpan<float> tile, Span<float> gradient, Span<float> biasGradient)
    {
        for (var row = 0; row < piece.TileRows && !gradient.IsEmpty; row++)
        {
            var to = piece.RowOf(shape, row);
            for (var column = 0; to >= 0 && column < piece.Columns; column++) { gradient[(to * shape.Filters) + piece.FirstColumn + column] = tile[Place(piece, sparse, row, column)]; }
        }
        if (piece.IsFirst && !biasGradient.IsEmpty) { tile.Slice(Bias(piece, sparse), piece.Columns).CopyTo(biasGradient[piece.FirstColumn..]); }
    }

    private static int Bias(in KernelPiece piece, bool sparse) => sparse ? BiasOfSparse : piece.TileRows * KernelPiece.MostColumns;

    private static int Place(in KernelPiece piece, bool sparse, int row, int column)
        => sparse ? (column * KernelPiece.MostRows) + (row / piece.Length * ((piece.Length + 15) & ~15)) + (row % piece.Length) : (row * KernelPiece.MostColumns) + column;
}
