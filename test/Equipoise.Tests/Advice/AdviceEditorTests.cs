using Equipoise.Advice;
using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Tests.Advice;

public sealed class AdviceEditorTests
{
    private static readonly string[] Lines =
    [
        "# top",
        "data: { source: a.csv }   # where",
        "outputs:",
        "  - name: price        # dollars",
        "    loss:",
        "      huber:           # why huber",
        "        delta: 2",
        "    # about metrics",
        "    metrics:",
        "      - mae   # first",
        "      - rmse  # second",
        "  - { name: kind, type: category, metrics: [accuracy] }  # kinds",
        "  - sold",
        "training: { epochs: 3 }",
        "",
    ];

    private static readonly string Text = string.Join('\n', Lines);

    private static AdviceEdit Set(string part, string key, string value) => new(EditKind.Set, part, key) { Value = OutputEdits.Node(value) };

    private static string Apply(params AdviceEdit[] edits) => AdviceEditor.Apply(Text, edits)!;

    private static string[] Diff(params AdviceEdit[] edits) => [.. LineDiff.Of(Text, Apply(edits)).Select(l => $"{(l.Added ? '+' : '-')}{l.Text}")];

    [Fact]
    public void Key_on_several_lines_becomes_one_and_keeps_its_comment()
        => Assert.Equal(["-    loss:", "-      huber:           # why huber", "-        delta: 2", "+    # why huber", "+    loss: poisson"], Diff(Set("outputs[0]", "loss", "poisson")));

    [Fact]
    public void New_key_goes_below_the_last_one()
        => Assert.Equal(["+    weight: 0.5"], Diff(Set("outputs[0]", "weight", "0.5")));

    [Fact]
    public void New_key_in_braces_goes_behind_the_last_one()
        => Assert.Equal(["-  - { name: kind, type: category, metrics: [accuracy] }  # kinds", "+  - { name: kind, type: category, metrics: [accuracy], class_weights: {\"4+\": 2} }  # kinds"],
            Diff(new AdviceEdit(EditKind.Set, "outputs[1]", "class_weights") { Value = SettingNode.Map([new SettingEntry("4+", SettingNode.Of(2))]) }));

    [Fact]
    public void Name_alone_becomes_a_map() => Assert.Equal(["-  - sold", "+  - {name: sold, type: binary}"], Diff(Set("outputs[2]", "type", "binary")));

    [Fact]
    public void Items_are_added_and_taken_out_line_by_line()
    {
        Assert.Equal(["+      - r2"], Diff(new AdviceEdit(EditKind.AddItem, "outputs[0]", "metrics") { Value = OutputEdits.Node("r2") }));
        Assert.Equal(["-      - mae   # first", "+      # first"], Diff(new AdviceEdit(EditKind.RemoveItem, "outputs[0]", "metrics") { Item = 0 }));
        Assert.Equal(["-  - { name: kind, type: category, metrics: [accuracy] }  # kinds", "+  - { name: kind, type: category, metrics: [accuracy, auc] }  # kinds"],
            Diff(new AdviceEdit(EditKind.AddItem, "outputs[1]", "metrics") { Value = OutputEdits.Node("auc") }));
    }

    [Fact]
    public void Keys_are_taken_out()
    {
        Assert.Equal(["-  - { name: kind, type: category, metrics: [accuracy] }  # kinds", "+  - { name: kind, metrics: [accuracy] }  # kinds"], Diff(new AdviceEdit(EditKind.Remove, "outputs[1]", "type")));
        Assert.Equal(["-  - { name: kind, type: category, metrics: [accuracy] }  # kinds", "+  - { name: kind, type: category }  # kinds"], Diff(new AdviceEdit(EditKind.Remove, "outputs[1]", "metrics")));
        Assert.Equal(["-  - name: price        # dollars", "-    loss:", "+    # dollars", "+  - loss:"], Diff(new AdviceEdit(EditKind.Remove, "outputs[0]", "name"))[..4]);
    }

    [Fact]
    public void Section_that_is_not_there_is_added_at_the_end()
        => Assert.EndsWith("training: { epochs: 3 }\nname: try\n", Apply(Set("", "name", "try")), StringComparison.Ordinal);

    [Fact]
    public void Json_stays_json()
    {
        const string Json = """{ "data": "a.csv", "outputs": [ { "name": "y", "metrics": ["mae"] } ] }""";
        string changed = AdviceEditor.Apply(Json, [Set("outputs[0]", "loss", "{huber: 0.5}"), new AdviceEdit(EditKind.AddItem, "outputs[0]", "metrics") { Value = OutputEdits.Node("{f1: {average: micro}}") }])!;
        var root = System.Text.Json.Nodes.JsonNode.Parse(changed)!;
        Assert.Equal(0.5, (double)root["outputs"]![0]!["loss"]!["huber"]!);
        Assert.Equal("micro", (string)root["outputs"]![0]!["metrics"]![1]!["f1"]!["average"]!);
    }

    [Fact]
    public void Lines_end_as_they_did()
    {
        string windows = Text.Replace("\n", "\r\n", StringComparison.Ordinal);
        string changed = AdviceEditor.Apply(windows, [Set("outputs[0]", "weight", "2"), new AdviceEdit(EditKind.RemoveItem, "outputs[0]", "metrics") { Item = 1 }, Set("outputs[0]", "loss", "poisson")])!;
        Assert.DoesNotContain("\n", changed.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(Apply(Set("outputs[0]", "weight", "2"), new AdviceEdit(EditKind.RemoveItem, "outputs[0]", "metrics") { Item = 1 }, Set("outputs[0]", "loss", "poisson")), changed.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void What_an_anchor_shares_is_left_alone()
        => Assert.Null(AdviceEditor.Apply("data: a.csv\noutputs:\n  - &first { name: a, metrics: [mae] }\n  - name: b\n    metrics: [r2]\n", [Set("outputs[0]", "loss", "poisson")]));

    [Fact]
    public void Number_sign_inside_quotes_is_no_comment()
    {
        const string Odd = "data: a.csv\noutputs:\n  - name: \"a # b\"\n    order: [\"x # y\", z]   # real\n";
        string changed = AdviceEditor.Apply(Odd, [Set("outputs[0]", "order", "[p, q]")])!;
        Assert.Equal("data: a.csv\noutputs:\n  - name: \"a # b\"\n    order: [p, q]   # real\n", changed);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("4+")]
    [InlineData("no")]
    [InlineData("1")]
    [InlineData("a: b")]
    [InlineData("say \"it\"\\")]
    [InlineData("")]
    public void Written_texts_are_read_back(string text)
    {
        var node = OutputEdits.Node(FlowText.Write(SettingNode.List([SettingNode.Of(text, quoted: true)])));
        Assert.Equal(text, node.Items![0].Scalar);
        Assert.Equal(text, (string)System.Text.Json.Nodes.JsonNode.Parse(FlowText.Write(SettingNode.Of(text, quoted: true), json: true))!);
    }
}
