using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Tests.Configs;

public sealed class ConfigTextTests
{
    [Fact]
    public void Marks_are_the_line_and_column_of_keys_and_values()
    {
        var problems = new Problems();
        var root = ConfigText.Read("a: 1\nb:\n  - {x: 'q', y: }\n", problems);
        Assert.False(problems.Any);
        Assert.Equal(new Mark(1, 1), root.Find("a")!.KeyMark);
        Assert.Equal(new Mark(1, 4), root.Find("a")!.Value.Mark);
        var item = root.Find("b")!.Value.Items![0];
        Assert.Equal(new Mark(3, 5), item.Mark);
        Assert.Equal(new Mark(3, 9), item.Find("x")!.Value.Mark);
        Assert.True(item.Find("x")!.Value.IsQuoted);
        Assert.True(item.Find("y")!.Value.IsNull);
    }

    [Fact]
    public void Json_reads_as_the_same_nodes()
    {
        var problems = new Problems();
        string json = ConfigText.Read("{\"a\": [1, 2.5, true, null],\n \"b\": {\"c\": 3}}", problems).ToString();
        Assert.False(problems.Any);
        Assert.Equal("{a: [1, 2.5, true, null], b: {c: 3}}", json);
    }

    [Fact]
    public void Alias_repeats_its_anchor()
    {
        var problems = new Problems();
        Assert.Equal("{a: [1, 2], b: [1, 2]}", ConfigText.Read("a: &x [1, 2]\nb: *x\n", problems).ToString());
        Assert.False(problems.Any);
    }

    [Theory]
    [InlineData("a: 1\na: 2\n", 2, 1, "stands twice; first in line 1")]
    [InlineData("a:\n\t- b\n", 2, 1, "tab")]
    [InlineData("a: [1, 2\nb: 3\n", 1, 4, "'[' is not closed")]
    [InlineData("a: {x: 1\n", 1, 4, "'{' is not closed")]
    [InlineData("a: 1\n b: 2\n", 2, 3, "indented")]
    [InlineData("a: 'x\n", 1, 4, "quote that begins here is never closed")]
    [InlineData("a: b: c\n", 1, 5, "second ':'")]
    [InlineData("a: {b:2}\n", 1, 5, "no space after the ':'")]
    [InlineData("a: @x\n", 1, 4, "quotes")]
    [InlineData("a: *x\n", 1, 4, "no anchor '&x'")]
    [InlineData("- a\nb: 1\n", 2, 1, "mixed")]
    [InlineData("[1, 2]: x\n", 1, 1, "A key must be a plain text")]
    [InlineData("a: 1\n---\nb: 1\n", 2, 1, "second document")]
    public void Fault_is_told_with_its_place(string text, int line, int column, string expected)
    {
        var problems = new Problems();
        ConfigText.Read(text, problems);
        var problem = Assert.Single(problems.All);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Equal(new Mark(line, column), problem.Mark);
    }

    [Fact]
    public void Empty_text_is_nothing()
    {
        var problems = new Problems();
        Assert.True(ConfigText.Read("# only a comment\n", problems).IsNull);
        Assert.False(problems.Any);
    }

    [Fact]
    public void Deep_nesting_is_refused_not_a_crash()
    {
        var problems = new Problems();
        ConfigText.Read(new string('[', 5000), problems);
        Assert.Single(problems.All);
    }

    [Fact]
    public void Message_shows_each_problem_in_the_order_of_the_file_with_line_and_caret()
    {
        var fault = new ConfigException("run.yaml", "loss: hubber\nweight: -1\n",
            [new Problem(new Mark(2, 9), "weight", "Too small."), new Problem(new Mark(1, 7), "loss", "Unknown.")]);
        Assert.Equal(3, fault.ExitCode);
        Assert.Equal("""
            run.yaml:1:7: loss: Unknown.
                1 | loss: hubber
                  |       ^
            run.yaml:2:9: weight: Too small.
                2 | weight: -1
                  |         ^
            2 mistakes.
            """.ReplaceLineEndings(), fault.Message);
    }
}
