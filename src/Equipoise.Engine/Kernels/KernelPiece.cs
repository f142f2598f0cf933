namespace Equipoise.Engine.Kernels;

/// <summary>One piece of the gradient of a convolution's kernel [inner, filters], small enough for the first-level cache, so that images pass by it once.</summary>
/// <remarks>
/// Columns: up to 16 filters. Rows: some whole runs (or a part of a long one), up to 320 with each run rounded up to 16, or, where runs are shorter than 16 (few channels),
/// five groups of up to five rows from neighbouring runs, whichever fills the registers better. The cut depends on the shape alone, never on the processor.
/// </remarks>
internal readonly record struct KernelPiece
{
    /// <summary>The most filters of a piece: a vector.</summary>
    public const int MostColumns = 16;

    /// <summary>The most rows of a piece.</summary>
    public const int MostRows = 320;

    /// <summary>Numbers of the largest tile, with a row for the bias.</summary>
    public const int TileLength = (MostRows + 1) * MostColumns;

    /// <summary>Rows of a group, and groups of a piece.</summary>
    public const int GroupRows = 5, Groups = 5;

    /// <summary>The piece of that number.</summary>
    public KernelPiece(in DirectShape shape, int number)
    {
        IsGrouped = PrefersGroups(shape);
        int rowPieces = RowPieces(shape, IsGrouped), columnPieces = ColumnPieces(shape);
        int row = number % rowPieces, column = number / rowPieces;
        FirstColumn = shape.Filters * column / columnPieces;
        Columns = (shape.Filters * (column + 1) / columnPieces) - FirstColumn;
        IsFirst = row == 0;
        if (IsGrouped)
        {
            First = row * Groups;
            Count = Math.Min(Groups, (shape.Runs * GroupsOfRun(shape)) - First);
            return;
        }
        int parts = PartsOfRun(shape), pieces = rowPieces / parts, part = row % parts;
        First = shape.Runs * (row / parts) / pieces;
        Count = (shape.Runs * ((row / parts) + 1) / pieces) - First;
        FirstInRun = shape.RunLength * part / parts;
        Length = (shape.RunLength * (part + 1) / parts) - FirstInRun;
    }

    /// <summary>Whether the rows are groups.</summary>
    public bool IsGrouped { get; }

    /// <summary>Whether it holds the first row of its columns.</summary>
    public bool IsFirst { get; }

    /// <summary>The first run, or the first group.</summary>
    public int First { get; }

    /// <summary>How many runs, or groups.</summary>
    public int Count { get; }

    /// <summary>Of each run, the first row that belongs here.</summary>
    public int FirstInRun { get; }

    /// <summary>Of each run, how many rows.</summary>
    public int Length { get; }

    /// <summary>The first filter.</summary>
    public int FirstColumn { get; }

    /// <summary>How many filters.</summary>
    public int Columns { get; }

    /// <summary>Rows of the tile that belong to the kernel; one for the bias follows.</summary>
    public int TileRows => IsGrouped ? Groups * GroupRows : Count * Length;

    /// <summary>How many pieces a kernel has.</summary>
    public static int CountOf(in DirectShape shape) => RowPieces(shape, PrefersGroups(shape)) * ColumnPieces(shape);

    /// <summary>The run and the first row in it of a group. Where a run is no multiple of five, the last group begins earlier and some rows are done twice.</summary>
    public static (int Run, int Row) Group(in DirectShape shape, int group)
    {
        int groups = GroupsOfRun(shape);
        return (group / groups, Math.Min(group % groups * GroupRows, Math.Max(0, shape.RunLength - GroupRows)));
    }

    /// <summary>The row of the kernel that a row of the tile belongs to, or -1 if it repeats another.</summary>
    public int RowOf(in DirectShape shape, int tileRow)
    {
        if (!IsGrouped) return ((First + (tileRow / Length)) * shape.RunLength) + FirstInRun + (tileRow % Length);
        int inGroup = tileRow % GroupRows;
        if (tileRow / GroupRows >= Count || inGroup >= shape.RunLength) return -1;
        var (run, row) = Group(shape, First + (tileRow / GroupRows));
        return (run * shape.RunLength) + row + inGroup;
    }

    private static int GroupsOfRun(in DirectShape shape) => (shape.RunLength + GroupRows - 1) / GroupRows;

    private static int ColumnPieces(in DirectShape shape) => (shape.Filters + MostColumns - 1) / MostColumns;

    private static int PartsOfRun(in DirectShape shape) => (shape.RunLength + MostRows - 1) / MostRows;

    private static int RowPieces(in DirectShape shape, bool grouped)
    {
        if (grouped) return ((shape.Runs * GroupsOfRun(shape)) + Groups - 1) / Groups;
        int padded = (shape.RunLength + 15) & ~15, atOnce = Math.Max(1, MostRows / padded);
        return PartsOfRun(shape) * ((shape.Runs + atOnce - 1) / atOnce);
    }

    // Half cycles of a position and 16 filters, on a processor with two 512-bit multiply-adds a cycle and a latency of four.
    private static bool PrefersGroups(in DirectShape shape)
    {
        int alone = shape.RunLength <= 8 ? 8 : 16;
        return shape.RunLength < MostColumns && Groups * GroupRows * RowPieces(shape, grouped: true) < shape.Runs * alone;
    }
}
