using Equipoise.Engine.Execution;

namespace Equipoise.Engine.Tests.Execution;

public sealed class BlockCutsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Blocks_hold_every_row_once_and_are_given_out_once(int workers)
    {
        var cuts = new BlockCuts(workers);
        foreach (int most in (ReadOnlySpan<int>)[1, 4, 24, 64, 128])
        {
            for (int rows = 1; rows <= 300; rows++)
            {
                cuts.Cut(rows, most);
                Assert.Equal(0, cuts.StartOf(0));
                Assert.Equal(rows, cuts.StartOf(cuts.Count));
                for (int block = 0; block < cuts.Count; block++) Assert.InRange(cuts.StartOf(block + 1) - cuts.StartOf(block), 1, Math.Min(cuts.RowsPerBlock, most));
                Assert.Equal(Enumerable.Range(0, cuts.Count), Enumerable.Range(0, cuts.Count).Select(cuts.BlockOf).Order());
            }
        }
    }

    [Theory]
    [InlineData(256, 2, 24)]
    [InlineData(130, 1, 64)]
    public void Large_blocks_begin_at_every_fourth_row_and_are_of_nearly_the_same_size(int rows, int workers, int most)
    {
        var cuts = new BlockCuts(workers);
        cuts.Cut(rows, most);
        int[] starts = [.. Enumerable.Range(0, cuts.Count).Select(cuts.StartOf)];
        Assert.All(starts, s => Assert.Equal(0, s % 4));
        Assert.Equal(0, cuts.Count % workers);
        int[] sizes = [.. starts.Zip(starts.Skip(1).Append(rows), (a, b) => b - a)];
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 7);
    }
}
