namespace Equipoise.Engine.Kernels;

/// <summary>One piece of the gradient of a convolution's kernel [inner, filters], small enough for the first-level cache, so that images pass by it once.</summary>
/// <remarks>
/// Columns: 32 filters, or 16. Rows: up to 60 of one run or, where runs are short (few channels), five groups of up to five rows from neighbouring runs,
/// whichever fills the registers better. The cut depends on the shape alone, never on the processor.
/// </remarks>
internal readonly record struct KernelPiece
{
    /// <summary>Numbers of the largest tile, with a row for the bias.</summary>
    public const int TileLength = (LongRows + 1) * LongColumns;

    /// <summary>Rows of a group, and groups of a piece.</summary>
    public const int GroupRows = 5, Groups = 5;

    private const int LongRows = 60, LongColumns = 32, ShortColumns = 16;

    /// <summary>The piece of that number.</summary>
    public KernelPiece(in DirectShape shape, int number)
    {
        IsGrouped = PrefersGroups(shape);
        int rowPieces = RowPieces(shape, IsGrouped), columns = IsGrouped ? ShortColumns : LongColumns;
        int row = number % rowPieces;
        FirstColumn = number / rowPieces * columns;
        Columns = Math.Min(columns, shape.Filters - FirstColumn);
        if (IsGrouped)
        {
            First = row * Groups;
            Count = Math.Min(Groups, (shape.Runs * GroupsOfRun(shape)) - First);
        }
        else
        {
            int pieces = PiecesOfRun(shape), inRun = row % pieces * shape.RunLength / pieces;
            Run = row / pieces;
            First = inRun;
            Count = ((row % pieces) + 1) * shape.RunLength / pieces - inRun;
        }
    }

    /// <summary>Whether the rows are groups.</summary>
    public bool IsGrouped { get; }

    /// <summary>Whether it holds the first row of its columns.</summary>
    public bool IsFirst => Run == 0 && First == 0;

    /// <summary>The run that its rows belong to, if they are not groups.</summary>
    public int Run { get; }

    /// <summary>The first row in its run, or the first group.</summary>
    public int First { get; }

    /// <summary>How many rows, or groups.</summary>
    public int Count { get; }

    /// <summary>The first filter.</summary>
    public int FirstColumn { get; }

    /// <summary>How many filters.</summary>
    public int Columns { get; }

    /// <summary>Row stride of the tile.</summary>
    public int TileStride => IsGrouped ? ShortColumns : LongColumns;

    /// <summary>Rows of the tile that belong to the kernel; one for the bias follows.</summary>
    public int TileRows => IsGrouped ? Groups * GroupRows : Count;

    /// <summary>How many pieces a kernel has.</summary>
    public static int CountOf(in DirectShape shape)
    {
        bool grouped = PrefersGroups(shape);
        int columns = grouped ? ShortColumns : LongColumns;
        return RowPieces(shape, grouped) * ((shape.Filters + columns - 1) / columns);
    }

    /// <summary>The run and the first row in it of a group. Where a run is no multiple of five, the last group begins earlier and some rows are done twice.</summary>
    public static (int Run, int Row) Group(in DirectShape shape, int group)
    {
        int groups = GroupsOfRun(shape);
        return (group / groups, Math.Min(group % groups * GroupRows, Math.Max(0, shape.RunLength - GroupRows)));
    }

    /// <summary>The row of the kernel that a row of the tile belongs to, or -1 if it repeats another.</summary>
    public int RowOf(in DirectShape shape, int tileRow)
    {
        if (!IsGrouped) return (Run * shape.RunLength) + First + tileRow;
        int inGroup = tileRow % GroupRows;
        if (tileRow / GroupRows >= Count || inGroup >= shape.RunLength) return -1;
        var (run, row) = Group(shape, First + (tileRow / GroupRows));
        return (run * shape.RunLength) + row + inGroup;
    }

    private static int GroupsOfRun(in DirectShape shape) => (shape.RunLength + GroupRows - 1) / GroupRows;

    private static int PiecesOfRun(in DirectShape shape) => (shape.RunLength + LongRows - 1) / LongRows;

    private static int RowPieces(in DirectShape shape, bool grouped)
        => grouped ? ((shape.Runs * GroupsOfRun(shape)) + Groups - 1) / Groups : shape.Runs * PiecesOfRun(shape);

    // Half cycles of a position, on a processor with two 512-bit multiply-adds a cycle and a latency of four.
    private static bool PrefersGroups(in DirectShape shape)
    {
        int halves = (shape.Filters + ShortColumns - 1) / ShortColumns;
        int rest = shape.RunLength % 12, blocks = (rest + 3) / 4;
        int full = shape.RunLength / 12 * 12 * halves;
        int ends = halves == 1 ? 8 * ((blocks + 1) / 2) : blocks * 4 * halves;
        return Groups * GroupRows * RowPieces(shape, grouped: true) * halves < shape.Runs * (full + ends);
    }
}
