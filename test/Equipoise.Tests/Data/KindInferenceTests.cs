using Equipoise.Data;

namespace Equipoise.Tests.Data;

public sealed class KindInferenceTests
{
    private static InferredKind Infer(IEnumerable<string?> values) => KindInference.Infer(new TableColumn("x", [.. values]));

    private static IEnumerable<string?> Cycle(int rows, params string?[] values) => Enumerable.Range(0, rows).Select(i => values[i * 7919 % values.Length]);

    [Fact]
    public void Names_that_recur_are_a_category()
    {
        var kind = Infer(Cycle(1005, "1", "2", "3", "4+", "none"));
        Assert.Equal(new InferredKind(ColumnKind.Category, "5 distinct values in 1,005 rows: category"), kind);
    }

    [Fact]
    public void Names_of_two_words_are_a_category() => Assert.Equal(ColumnKind.Category, Infer(Cycle(1000, "Fair", "Good", "Very Good", "Premium", "Ideal")).Kind);

    [Theory]
    [InlineData("0", "1")]
    [InlineData("Seattle", "New York")]
    public void Two_values_are_binary(string a, string b)
    {
        var kind = Infer(Cycle(100, a, b).Append(null));
        Assert.Equal(ColumnKind.Binary, kind.Kind);
        Assert.Contains("in 100 rows (1 more are empty): binary", kind.Reason);
    }

    [Fact]
    public void Numbers_are_told_with_their_range()
    {
        Assert.Equal(new InferredKind(ColumnKind.Number, "numbers from -1.5 to 97.5 in 100 rows: number"), Infer(Enumerable.Range(0, 100).Select(i => FormattableString.Invariant($"{i - 1.5}"))));
        Assert.Equal("9 distinct whole numbers from 1 to 9 in 900 rows: number (declare it a category if they are names)", Infer(Cycle(900, "1", "2", "3", "4", "5", "6", "7", "8", "9")).Reason);
    }

    [Fact]
    public void Row_numbers_are_an_identifier()
    {
        Assert.True(Infer(Enumerable.Range(1, 100).Select(i => $"{i}")).IsIdentifier);
        Assert.False(Infer(Enumerable.Range(1, 100).Select(i => $"{i * i}")).IsIdentifier);
    }

    [Fact]
    public void Labels_in_many_combinations_are_a_set()
    {
        string[] labels = ["a", "b", "c", "d", "e", "f"];
        var cells = Enumerable.Range(0, 640).Select(i => string.Join(";", labels.Where((_, k) => ((i % 64) >> k & 1) == 1))).Select(cell => cell.Length == 0 ? null : cell);
        var kind = Infer(cells);
        Assert.Equal((ColumnKind.Set, ";"), (kind.Kind, kind.Separator));
        Assert.Equal("6 labels in 63 combinations, parted by ';', in 630 rows (10 more are empty): set", kind.Reason);
    }

    [Fact]
    public void Sequences_with_repeats_are_text_not_a_set()
        => Assert.Equal(ColumnKind.Text, Infer(Enumerable.Range(0, 1000).Select(i => string.Join(' ', Enumerable.Range(0, 6).Select(k => (char)('a' + (((i * 31) + (i * k * k)) % 7)))) + " " + i % 500)).Kind);

    [Fact]
    public void Sentences_are_text()
    {
        var kind = Infer(Enumerable.Range(0, 200).Select(i => $"word{i * 37 % 191} of page{i} and line{i * 11}"));
        Assert.Equal(new InferredKind(ColumnKind.Text, "200 distinct values in 200 rows, 5 words on average: text"), kind);
    }

    [Fact]
    public void Marks_for_no_value_among_numbers_are_pointed_out()
        => Assert.Contains("'NA' (5 rows) beside numbers from 0 to 94: name it under 'missing'", Infer(Enumerable.Range(0, 95).Select(i => $"{i}").Concat(Enumerable.Repeat("NA", 5))).Reason);

    [Fact]
    public void Constant_empty_and_split_columns_are_marked()
    {
        Assert.True(Infer(["7", "7"]).IsConstant);
        Assert.True(Infer([null, null]).IsConstant);
        Assert.True(Infer(Cycle(30, "train", "valid", "test")).IsSplit);
        Assert.False(Infer(Cycle(30, "test", "valid")).IsSplit);
    }
}
