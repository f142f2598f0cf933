using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class SplitTests
{
    private static TableColumn Column(IEnumerable<string?> values) => new("part", [.. values]);

    [Fact]
    public void Column_names_the_parts_in_usual_spellings()
    {
        var split = Split.ByColumn(Column(["train", "Validation", "TEST", "training", " val ", "holdout"]));
        Assert.Equal([0, 3], split.Train);
        Assert.Equal([1, 4], split.Valid);
        Assert.Equal([2, 5], split.Test);
    }

    [Fact]
    public void Cells_that_name_no_part_are_told_together()
    {
        var fault = Assert.Throws<DataException>(() => Split.ByColumn(Column(["train", "trian", null])));
        Assert.Equal(["data: row 2, column 'part': 'trian' names no part. Write train, valid or test.", "data: row 3, column 'part': the cell is empty. Write train, valid or test."], fault.Mistakes);
        Assert.Contains("gives no row to training", Assert.Throws<DataException>(() => Split.ByColumn(Column(["test", "valid"]))).Message);
        Assert.Contains("every row to training", Assert.Throws<DataException>(() => Split.ByColumn(Column(["train"]))).Message);
    }

    [Fact]
    public void Random_parts_have_exact_sizes_and_cover_every_row_once()
    {
        var split = Split.Random(1000, new SplitFractions(7, 1, 2), seed: 3);
        Assert.Equal((700, 100, 200), (split.Train.Length, split.Valid.Length, split.Test.Length));
        Assert.Equal(Enumerable.Range(0, 1000), split.Train.Concat(split.Valid).Concat(split.Test).Order());
        Assert.Equal(split.Train.Order(), split.Train);
    }

    [Fact]
    public void Random_parts_depend_on_the_seed_alone()
    {
        Assert.Equal(Split.Random(100, new(), 1).Test, Split.Random(100, new(), 1).Test);
        Assert.NotEqual(Split.Random(100, new(), 1).Test, Split.Random(100, new(), 2).Test);
        // Pinned, so that no later change moves rows between the parts of an old run unnoticed. Numbers from a Python program of the same formulas.
        Assert.Equal(Pinned, Split.Random(20, new(0.5, 0.25, 0.25), 7).Test);
    }

    private static readonly int[] Pinned = [0, 5, 13, 17, 18];

    [Fact]
    public void Random_parts_are_not_a_run_of_rows()
    {
        int[] test = Split.Random(10_000, new(), 5).Test;
        int firstHalf = test.Count(row => row < 5000);
        Assert.InRange(firstHalf, 440, 560); // 500 ± 4 standard deviations of 15
    }

    [Fact]
    public void Empty_parts_are_refused_unless_their_share_is_0()
    {
        Assert.Contains("The validation part of the split would have no row out of 3", Assert.Throws<DataException>(() => Split.Random(3, new(0.9, 0.05, 0.05), 1)).Message);
        Assert.Empty(Split.Random(3, new(0.7, 0.3, 0), 1).Test);
        Assert.Throws<DataException>(() => Split.Random(3, new(0, 1, 1), 1));
        Assert.Throws<DataException>(() => Split.Random(0, new(), 1));
    }

    [Fact]
    public void Stratified_parts_have_each_class_in_the_same_share()
    {
        var column = Column(Enumerable.Range(0, 1000).Select(i => i % 50 == 0 ? "rare" : i % 5 == 1 ? null : "common"));
        var split = Split.Stratified(column, new(0.6, 0.2, 0.2), 4);
        foreach (string? value in new[] { "rare", null, "common" })
        {
            int all = column.Values.Count(v => v == value);
            Assert.InRange(split.Train.Count(row => column.Values[row] == value), (0.6 * all) - 1, (0.6 * all) + 1);
            Assert.InRange(split.Test.Count(row => column.Values[row] == value), (0.2 * all) - 1, (0.2 * all) + 1);
        }
        Assert.Equal(1000, split.Train.Length + split.Valid.Length + split.Test.Length);
    }

    [Fact]
    public void Numbers_are_stratified_by_tenths()
    {
        var column = Column(Enumerable.Range(0, 1000).Select(i => $"{i * i}"));
        int[] test = Split.Stratified(column, new(), 4).Test;
        for (int tenth = 0; tenth < 10; tenth++) Assert.InRange(test.Count(row => row / 100 == tenth), 9, 11);
        Assert.Contains("too many to stratify by", Assert.Throws<DataException>(() => Split.Stratified(Column(Enumerable.Range(0, 100).Select(i => $"x{i}")), new(), 1)).Message);
    }
}
