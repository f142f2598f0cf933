using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class DatasetTests
{
    [Fact]
    public void Selected_rows_come_in_the_given_order_in_every_column()
    {
        var data = new Dataset(
            new Dictionary<string, InputColumn>
            {
                ["image"] = new NumbersColumn([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 2, 2),
                ["words"] = new IndicesColumn(new[,] { { 1, 0 }, { 2, 3 }, { 4, 5 } }),
                ["bag"] = new BagColumn([0, 2, 2, 3], [4, 0, 1], [0.5f, 1, 2], 5),
            },
            new Dictionary<string, TargetColumn>
            {
                ["class"] = new([2, -1, 0]),
                ["steps"] = new([1, 2, 3, 4, 5, 6], [2, 1], [1, 0, 1, 1, 0, 0]),
            },
            [1, 2, 3]);

        Dataset chosen = data.Select([2, 0, 2]);

        Assert.Equal(3, chosen.Rows);
        Assert.Equal([9, 10, 11, 12, 1, 2, 3, 4, 9, 10, 11, 12], ((NumbersColumn)chosen.Inputs["image"]).Values);
        Assert.Equal([4, 5, 1, 0, 4, 5], ((IndicesColumn)chosen.Inputs["words"]).Values);
        var bag = (BagColumn)chosen.Inputs["bag"];
        Assert.Equal([0, 1, 3, 4], bag.Offsets);
        Assert.Equal([1, 4, 0, 1], bag.Indices);
        Assert.Equal([2, 0.5f, 1, 2], bag.Weights);
        Assert.Equal([0, 2, 0], chosen.Targets["class"].Values);
        Assert.Equal([0f, 0, 1, 0, 0, 0], chosen.Targets["steps"].Weights!);
        Assert.Equal([3, 1, 3], chosen.RowWeights!);
    }

    [Fact]
    public void Missing_labels_are_not_counted()
    {
        Assert.Equal(2, new TargetColumn([2, -1, 0]).LabelledRows());
        Assert.Equal(1, new TargetColumn(new[,] { { float.NaN, 1 }, { float.NaN, float.NaN } }).LabelledRows());
    }

    [Fact]
    public void Every_wrong_length_is_told_at_once()
    {
        var fault = Assert.Throws<DataException>(() => new Dataset(
            new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn([1, 2]), ["y"] = new NumbersColumn([1]) },
            new Dictionary<string, TargetColumn> { ["price"] = new(new float[3]) },
            [1, float.NaN]));
        Assert.Equal(3, fault.Mistakes.Count);
        Assert.Contains("Target 'price' has 3 rows but input 'x' has 2", fault.Message);
        Assert.Equal(4, fault.ExitCode);
    }

    [Fact]
    public void Columns_refuse_values_that_make_no_whole_rows()
    {
        Assert.Throws<ArgumentException>(() => new NumbersColumn([1, 2, 3], 2));
        Assert.Throws<ArgumentException>(() => new IndicesColumn([1, -1], 2));
        Assert.Throws<ArgumentException>(() => new BagColumn([0, 1], [3], [1], 3));
        Assert.Throws<ArgumentException>(() => new TargetColumn([1, 2], null, [1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumbersColumn([1]).Select([1]));
    }

    [Fact]
    public void Empty_selection_has_no_rows()
    {
        var data = new Dataset(new Dictionary<string, InputColumn> { ["bag"] = new BagColumn([0, 1], [0], [1], 1) }, new Dictionary<string, TargetColumn>());
        Assert.Equal(0, data.Select([]).Rows);
    }
}
