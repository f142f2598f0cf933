using Equipoise.Data;
using Equipoise.Engine.Randomness;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

public sealed class BatchOrderTests
{
    private const int Batch = 8, Count = (64 * Batch) + 3;
    private static readonly int[] Lengths = [.. Enumerable.Range(0, Count).Select(i => i * 7 % 13)];

    [Fact]
    public void Every_row_comes_once_an_epoch()
    {
        foreach (int[]? lengths in new[] { null, Lengths })
        {
            foreach (bool shuffles in new[] { false, true })
            {
                var order = new BatchOrder(Count, Batch, 5, shuffles, lengths);
                for (int epoch = 0; epoch < 2; epoch++)
                {
                    order.Draw(epoch);
                    Assert.Equal(Enumerable.Range(0, Count), order.Rows.Order());
                }
            }
        }
    }

    [Fact]
    public void Batches_have_rows_of_about_the_same_length_in_ascending_order()
    {
        int[] rows = Draw(5, 0, Lengths);
        int[][] batches = [.. rows.Select(r => Lengths[r]).Chunk(Batch)];
        Assert.All(batches, b => Assert.Equal(b.Order(), b));
        // 256 rows of 13 lengths: a batch has one, or two at a border.
        Assert.All(batches[..^1], b => Assert.InRange(b[^1] - b[0], 0, 1));
        Assert.Equal(3, batches[^1].Length);
    }

    [Fact]
    public void Short_batches_do_not_come_first()
    {
        int[] means = [.. Draw(5, 0, Lengths).Chunk(Batch).Select(b => b.Sum(r => Lengths[r]))];
        Assert.NotEqual(means[..32].Order(), means[..32]);
    }

    [Fact]
    public void The_order_depends_on_the_seed_and_the_epoch_alone()
    {
        Assert.Equal(Draw(5, 1, Lengths), Draw(5, 1, Lengths));
        Assert.NotEqual(Draw(5, 1, Lengths), Draw(5, 2, Lengths));
        Assert.NotEqual(Draw(5, 1, Lengths), Draw(6, 1, Lengths));
        var order = new BatchOrder(Count, Batch, 5, true, Lengths);
        order.Draw(0);
        order.Draw(1);
        Assert.Equal(Draw(5, 1, Lengths), order.Rows);
    }

    [Fact]
    public void Without_lengths_rows_are_shuffled_or_stay()
    {
        int[] shuffled = [.. Enumerable.Range(0, Count)];
        new RandomStream(5).Derive("shuffle").Derive(1).Shuffle(shuffled);
        Assert.Equal(shuffled, Draw(5, 1, null));
        var order = new BatchOrder(Count, Batch, 5, false, null);
        order.Draw(1);
        Assert.Equal(Enumerable.Range(0, Count), order.Rows);
    }

    [Fact]
    public void Fewer_rows_than_a_batch_are_one_batch()
    {
        var order = new BatchOrder(3, 3, 5, true, [2, 9, 1]);
        order.Draw(0);
        Assert.Equal([2, 0, 1], order.Rows);
    }

    [Fact]
    public void A_length_is_the_number_of_tokens_that_are_not_padding()
    {
        var data = new Dataset(new Dictionary<string, InputColumn> { ["word"] = new IndicesColumn([3, 4, 0, 0, 0, 5, 0, 0, 0, 1, 1, 1], 3), ["size"] = new NumbersColumn(new float[4], 1) }, new Dictionary<string, TargetColumn>());
        Assert.Equal([2, 1, 0, 3], BatchOrder.LengthsOf(data, "word"));
        Assert.Contains("Did you mean 'word'?", Assert.Throws<ArgumentException>(() => BatchOrder.LengthsOf(data, "words")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BatchOrder.LengthsOf(data, "size"));
    }

    private static int[] Draw(ulong seed, int epoch, int[]? lengths)
    {
        var order = new BatchOrder(Count, Batch, seed, true, lengths);
        order.Draw(epoch);
        return order.Rows;
    }
}
