namespace Equipoise.Cli.Tests;

public sealed class AdviseTests
{
    private const string Config = """
        # my stones
        data: { source: stones.csv, split: split }
        inputs:
          - { name: sizes, type: number, columns: [x, y] }
        trunk: [ {dense: 8} ]
        outputs:
          - { name: price, type: number, weight: 0.0001 }   # dollars
          - name: tags       # what it looks like
            type: set
            loss: categorical_crossentropy   # from a tutorial
            metrics: [categorical_accuracy]
          - { name: kind, type: category, metrics: [categorical_crossentropy, accuracy] }
        training: { epochs: 2, batch: 16, seed: 7, workers: 2 }
        """;

    [Fact]
    public void Data_are_ranked_with_the_statistic_that_decided()
    {
        using var box = new Sandbox();
        Assert.True(box.Call("advise", "@stones.csv", "--target", "price", "--target", "tags") == 0, box.Error);
        Assert.Contains("stones.csv: 192 training rows of 240, by column 'split'.", box.Output, StringComparison.Ordinal);
        Assert.Contains("losses  1. loss: mean_squared_error", box.Output, StringComparison.Ordinal);
        Assert.Contains("losses  1. loss: binary_crossentropy", box.Output, StringComparison.Ordinal);
        Assert.Contains("[several_share", box.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("kind: category", box.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_targets_every_column_that_could_be_one_is_looked_at()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Call("advise", "@stones.csv", "--json"));
        Assert.Equal(["x", "y", "price", "kind", "sold", "tags"], box.Json["result"]!["outputs"]!.AsArray().Select(o => (string)o!["output"]!));
        Assert.Equal("largest_share", ((string)box.Json["result"]!["outputs"]![3]!["losses"]![0]!["decided_by"]!).Split(' ')[0]);
        Assert.Equal(192, (double)box.Json["result"]!["outputs"]![2]!["statistics"]!["rows"]!);
    }

    [Fact]
    public void Config_is_checked_changed_and_trains()
    {
        using var box = new Sandbox();
        box.Write("a.yaml", Config);
        Assert.Equal(3, box.Call("train", "@a.yaml", "--runs", box.Runs)); // a softmax on a set

        Assert.True(box.Call("advise", "@a.yaml") == 0, box.Error);
        Assert.Contains("error softmax_on_set, line 10:", box.Output, StringComparison.Ordinal);
        Assert.Contains("+  10 |     loss: binary_crossentropy   # from a tutorial", box.Output, StringComparison.Ordinal);
        Assert.Contains("warning starved_output, line 7:", box.Output, StringComparison.Ordinal);
        Assert.Equal(Config, File.ReadAllText(box.In("a.yaml")));
        Assert.Equal(1, box.Call("advise", "@a.yaml", "--strict"));

        Assert.True(box.Call("advise", "@a.yaml", "--write", "--json") == 0, box.Error);
        Assert.True((bool)box.Json["result"]!["written"]!);
        Assert.Contains("softmax_on_set", box.Json["result"]!["findings"]!.AsArray().Select(f => (string)f!["rule"]!));
        string changed = File.ReadAllText(box.In("a.yaml"));
        foreach (string comment in (string[])["# my stones", "# dollars", "# what it looks like", "# from a tutorial"]) Assert.Contains(comment, changed, StringComparison.Ordinal);
        Assert.Contains("metrics: [accuracy] }", changed, StringComparison.Ordinal);

        Assert.True(box.Call("advise", "@a.yaml", "--strict") == 0, box.Output);
        Assert.True(box.Call("train", "@a.yaml", "--runs", box.Runs) == 0, box.Error);
    }

    [Fact]
    public void Misuse_ends_with_the_code_of_its_kind()
    {
        using var box = new Sandbox();
        box.Write("a.yaml", Config);
        Assert.Equal(2, box.Call("advise", "@stones.csv", "--write"));
        Assert.Contains("equipoise init", box.Error, StringComparison.Ordinal);
        Assert.Equal(2, box.Call("advise", "@a.yaml", "--target", "price"));
        Assert.Equal(3, box.Call("advise", "@stones.csv", "--target", "prise"));
        Assert.Contains("Did you mean 'price'?", box.Error, StringComparison.Ordinal);
        Assert.Equal(3, box.Call("advise", "@none.yaml"));
        Assert.Equal(4, box.Call("advise", "@none.csv"));
        box.Write("b.yaml", Config.Replace("type: number, columns", "tipe: number, columns", StringComparison.Ordinal));
        Assert.Equal(3, box.Call("advise", "@b.yaml"));
        Assert.Contains("'tipe'", box.Error, StringComparison.Ordinal);
    }
}
