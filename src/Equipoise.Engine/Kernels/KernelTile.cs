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
            if (from < 0) { continue; }
            var numbers = gradient.Slice((from * shape.Filters) + piece.FirstColumn, piece.Columns);
            if (!sparse) { numbers.CopyTo(tile[(row * KernelPiece.MostColumns)..]); }
            else { for (int column = 0, place = SparsePlace(piece, row); column < numbers.Length; column++, place += KernelPiece.MostRows) { tile[place] = numbers[column]; } }
        }
        if (piece.IsFirst && !biasGradient.IsEmpty) { biasGradient.Slice(piece.FirstColumn, piece.Columns).CopyTo(tile[Bias(piece, sparse)..]); }
    }

    /// <summary>Writes a tile to its place in the gradients [inner, filters] and [filters], which may be empty if not wanted.</summary>
    public static void Store(in DirectShape shape, in KernelPiece piece, bool sparse, ReadOnlySpan<float> tile, Span<float> gradient, Span<float> biasGradient)
    {
        for (var row = 0; row < piece.TileRows && !gradient.IsEmpty; row++)
        {
            var to = piece.RowOf(shape, row);
            if (to < 0) { continue; }
            var numbers = gradient.Slice((to * shape.Filters) + piece.FirstColumn, piece.Columns);
            if (!sparse) { tile.Slice(row * KernelPiece.MostColumns, piece.Columns).CopyTo(numbers); }
            else { for (int column = 0, place = SparsePlace(piece, row); column < numbers.Length; column++, place += KernelPiece.MostRows) { numbers[column] = tile[place]; } }
        }
        if (piece.IsFirst && !biasGradient.IsEmpty) { tile.Slice(Bias(piece, sparse), piece.Columns).CopyTo(biasGradient[piece.FirstColumn..]); }
    }

    private static int Bias(in KernelPiece piece, bool sparse) => sparse ? BiasOfSparse : piece.TileRows * KernelPiece.MostColumns;

    // Of the first column; the next is as many rows further as a tile can have.
    private static int SparsePlace(in KernelPiece piece, int row) => (row / piece.Length * ((piece.Length + 15) & ~15)) + (row % piece.Length);
}
