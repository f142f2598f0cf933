using Equipoise.Engine.Compilation;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Tests.Compilation;

public sealed class BufferPlannerTests
{
    [Theory]
    [InlineData(1, 5, 3, 64)]
    [InlineData(2, 40, 12, 300)]
    [InlineData(3, 120, 60, 1000)]
    [InlineData(4, 200, 8, 33)]
    [InlineData(5, 150, 400, 5000)]
    public void Buffers_alive_at_one_tick_never_overlap(ulong seed, int buffers, int ticks, int mostSize)
    {
        var random = new RandomStream(seed);
        var lives = new BufferPlanner.Life[buffers];
        for (int i = 0; i < buffers; i++)
        {
            int a = random.Below((ulong)(3 * i), ticks), b = random.Below((ulong)((3 * i) + 1), ticks);
            lives[i] = new BufferPlanner.Life(Math.Min(a, b), Math.Max(a, b), 1 + random.Below((ulong)((3 * i) + 2), mostSize));
        }

        int[] offsets = BufferPlanner.Place(lives, out int total);

        for (int i = 0; i < buffers; i++)
        {
            Assert.Equal(0, offsets[i] % BufferPlanner.Alignment);
            Assert.InRange(offsets[i] + lives[i].Size, 1, total);
            for (int j = 0; j < i; j++)
            {
                bool together = lives[i].First <= lives[j].Last && lives[j].First <= lives[i].Last;
                bool overlap = offsets[i] < offsets[j] + lives[j].Size && offsets[j] < offsets[i] + lives[i].Size;
                Assert.False(together && overlap, $"{lives[i]} at {offsets[i]} and {lives[j]} at {offsets[j]}");
            }
        }
        // Never worse than no planning at all, never better than the fullest tick.
        Assert.True(total <= lives.Sum(l => BufferPlanner.Rounded(l.Size)));
        int fullest = Enumerable.Range(0, ticks).Max(t => lives.Where(l => l.First <= t && t <= l.Last).Sum(l => BufferPlanner.Rounded(l.Size)));
        Assert.True(total >= fullest);
    }

    [Fact]
    public void Buffers_that_never_live_together_share_one_place()
    {
        BufferPlanner.Life[] lives = [.. Enumerable.Range(0, 20).Select(i => new BufferPlanner.Life(i, i, 100))];
        int[] offsets = BufferPlanner.Place(lives, out int total);
        Assert.All(offsets, o => Assert.Equal(0, o));
        Assert.Equal(112, total);
    }

    [Fact]
    public void A_chain_needs_two_places()
    {
        // Each value lives until the next is made, as in a forward pass without backward.
        BufferPlanner.Life[] lives = [.. Enumerable.Range(0, 9).Select(i => new BufferPlanner.Life(i, i + 1, 64))];
        BufferPlanner.Place(lives, out int total);
        Assert.Equal(128, total);
    }

    [Fact]
    public void Nothing_needs_nothing()
    {
        Assert.Empty(BufferPlanner.Place([], out int total));
        Assert.Equal(0, total);
    }
}
