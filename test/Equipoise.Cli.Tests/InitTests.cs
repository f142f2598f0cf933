using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Cli.Tests;

public sealed class InitTests
{
    [Fact]
    public void Config_says_why_and_reads_back()
    {
        using var box = new Sandbox();
        Assert.True(box.Call("init", "@stones.csv", "--target", "price", "--target", "kind", "--target", "sold", "-o", "@first.yaml") == 0, box.Error);
        string text = File.ReadAllText(box.In("first.yaml"));
        Assert.Contains("3 distinct values", text, StringComparison.Ordinal);
        Assert.Contains("source: stones.csv", text, StringComparison.Ordinal);
        Assert.Contains("split: split", text, StringComparison.Ordinal);
        Assert.Contains("by their frequency costs", text, StringComparison.Ordinal);
        Assert.Equal(box.Output, text);
        Assert.Equal(2, box.Call("init", "@stones.csv", "--target", "price", "-o", "@first.yaml"));
        Assert.Contains("--force", box.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Draft_of_a_config_trains()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Call("init", "@stones.csv", "-t", "price", "-t", "kind", "-t", "sold", "-t", "tags", "-o", "@first.yaml"));
        var config = Config.Load(box.In("first.yaml"));
        Assert.Equal(["number", "category", "binary", "set"], config.Outputs.Select(o => o.Type));
        Assert.Equal(["x", "y"], config.Inputs!.Select(i => i.Name));
        Assert.True(box.Call("train", "@first.yaml", "--runs", box.Runs) == 0, box.Error);
    }

    [Fact]
    public void Source_and_outputs_alone_train()
    {
        using var box = new Sandbox();
        Assert.True(box.Train("data: stones.csv\noutputs: [price, kind, sold, tags]\n") == 0, box.Error);
        Assert.Contains("output 'kind': category, since 3 distinct values", box.Error, StringComparison.Ordinal);
        Assert.Contains("column 'split' is left out", box.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Column_that_is_not_there_is_told()
    {
        using var box = new Sandbox();
        Assert.Equal(3, box.Call("init", "@stones.csv", "--target", "prise", "-o", "@first.yaml"));
        Assert.Contains("Did you mean 'price'?", box.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(box.In("first.yaml")));
    }
}
