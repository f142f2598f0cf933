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
    public void Draft_for_texts_categories_and_sets_as_inputs_trains()
    {
        using var box = new Sandbox();
        string[] words = ["stone", "river", "cloud", "green", "small", "heavy", "light", "round"];
        string[] kinds = ["a", "b", "c"], tags = ["red;big", "red", "big;old", "old;red", "big"];
        var text = new System.Text.StringBuilder("name,story,kind,tags,code,grade,score\n");
        for (int i = 0; i < 300; i++)
        {
            string story = string.Join(" ", Enumerable.Range(0, 5).Select(w => words[((i * 7) + (w * w * (i % 11))) % 8]));
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{words[i % 8]}{i * 31 % 997},{story},{kinds[i % 3]},{tags[i % 5]},\"{i}\",{(i % 3 == 0 ? "good" : i % 3 == 1 ? "bad" : "fair")},{i % 17 / 2.0}\n");
        }
        box.Write("texts.csv", text.ToString());
        Assert.True(box.Call("init", "@texts.csv", "-t", "grade", "-t", "score", "-o", "@texts.yaml") == 0, box.Error);
        string draft = File.ReadAllText(box.In("texts.yaml"));
        Assert.Contains("type: bag", draft, StringComparison.Ordinal);
        Assert.Contains("tokens: characters", draft, StringComparison.Ordinal);
        Assert.Contains("left out: code", draft, StringComparison.Ordinal);
        Assert.Contains("stratify: grade", draft, StringComparison.Ordinal);
        box.Write("texts.yaml", draft.Replace("epochs: 10", "epochs: 2", StringComparison.Ordinal));
        Assert.True(box.Call("train", "@texts.yaml", "--runs", box.Runs) == 0, box.Error);
        Assert.Equal(0, box.Call("predict", box.Run, "@texts.csv"));
        Assert.Equal(301, box.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
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
