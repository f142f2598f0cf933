using Equipoise.Engine.Compilation;

namespace Equipoise.Engine.Execution;

/// <summary>How a row pass cuts the rows of a batch into blocks: as many for each worker, of nearly the same size. Rows stand alone, so it changes no bit.</summary>
internal sealed class BlockCuts
{
    // A worker's block arena should stay in its second-level cache.
    private const int BlockArenaFloats = 192 * 1024;
    // Twice as many would be no quicker; of these, others can take more off a worker that is interrupted (a tenth off the step of a small network on a busy machine).
    private const int Most = 32;
    // Weights that do not stay in the second-level cache are read anew for every block: fewer blocks then (a twentieth off the step of a network with 2 million weights).
    private const int MostOfManyWeights = 128, ManyWeights = 512 * 1024;
    // What a block leaves in the batch's memory should not be far when its backward wants it; but products of fewer rows would read the weights too often.
    // Measured on recurrent layers with 60,000 floats a row: 24 rows a block instead of 64 take a tenth off the step.
    private const int BlockBatchFloats = 1536 * 1024;
    private const int LeastFarRows = 24;
    private const int Least = 4;
    // Products take four rows in the time of one.
    private const int ProductRows = 4;

    private readonly int _workers;
    private int _rows;
    private int _step;                                         // blocks begin at its multiples

    public BlockCuts(int workers) => _workers = workers;

    /// <summary>How many blocks.</summary>
    public int Count { get; private set; }

    /// <summary>Rows of the largest block.</summary>
    public int RowsPerBlock { get; private set; }

    /// <summary>The most rows that a block of a pass should have.</summary>
    public static int MostRows(PlanPass pass, int batchFloats, int weights)
    {
        if (pass.Kind != PassKind.Rows) return 1;
        int near = Math.Clamp(BlockBatchFloats / Math.Max(1, batchFloats), LeastFarRows, weights > ManyWeights ? MostOfManyWeights : Most);
        return Math.Clamp(BlockArenaFloats / Math.Max(1, pass.BlockFloats), Least, near) / ProductRows * ProductRows;
    }

    /// <summary>Cuts so many rows into blocks of at most <paramref name="most"/>; or into one.</summary>
    public void Cut(int rows, int most, bool isOne = false)
    {
        int share = isOne ? rows : (rows + _workers - 1) / _workers, blocks = (share + most - 1) / most, even = (share + blocks - 1) / blocks;
        _rows = rows;
        _step = even >= 2 * ProductRows ? ProductRows : 1;
        Count = (rows + even - 1) / even;
        RowsPerBlock = (even + _step - 1) / _step * _step;
    }

    /// <summary>The first row of a block; the last block ends with the rows.</summary>
    public int StartOf(int block)
    {
        long steps = (long)Count * _step;
        return Math.Min(_rows, (int)((((long)_rows * block) + steps - 1) / steps) * _step);
    }

    /// <summary>The block that is given out as item so and so: workers 0, 2, 4, ... begin with the blocks of the first half of the batch, each with neighbours; the halves of gradients are given out in the same way.</summary>
    public int BlockOf(int item)
    {
        int worker = item % _workers, block = item / _workers;
        for (int other = 0; other < _workers; other++)
        {
            bool before = other % 2 == worker % 2 ? other < worker : other % 2 < worker % 2;
            if (before) block += (Count - other + _workers - 1) / _workers;
        }
        return block;
    }
}
