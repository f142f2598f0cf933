using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Tests.Configs;

public sealed class ConfigEditTests
{
    private const string Yaml = """
        # What this is for.
        data: { source: words.csv, split: split }   # the words
        inputs:
          - word
        trunk: [ {dense: 128, activation: relu}, {dropout: 0.1} ]
        outputs:
          - { name: price, type: number, loss: {huber: 1.0} }   # in euros
          - name: kind
            type: category      # of three

            # one of them counts more
            weight: 0.5
          - tags
        balance: nash
        training:
          optimizer: {sgd: 0.1}
          epochs: 10   # enough
          # the seed
          seed: 7
        """;

    [Theory]
    [InlineData("training.epochs", "20", "  epochs: 10   # enough", "  epochs: 20   # enough")]
    [InlineData("outputs.price.weight", "0.3", "loss: {huber: 1.0} }", "loss: {huber: 1.0}, weight: 0.3 }")]
    [InlineData("outputs[0].weight", "0.3", "loss: {huber: 1.0} }", "loss: {huber: 1.0}, weight: 0.3 }")]
    [InlineData("outputs.price.loss", "mae", "loss: {huber: 1.0} }", "loss: mae }")]
    [InlineData("outputs.price.loss.huber.delta", "2", "{huber: 1.0}", "{huber: 1.0, delta: 2}")]
    [InlineData("outputs.kind.weight", "2", "weight: 0.5", "weight: 2")]
    [InlineData("outputs.kind.loss", "{focal: {gamma: 2}}", "weight: 0.5\n", "weight: 0.5\n    loss: {focal: {gamma: 2}}\n")]
    [InlineData("outputs.tags.weight", "3", "- tags", "- {name: tags, weight: 3}")]
    [InlineData("balance.method", "upgrad", "balance: nash", "balance: {method: upgrad}")]
    [InlineData("balance", "uncertainty", "balance: nash", "balance: uncertainty")]
    [InlineData("training.optimizer.sgd.momentum", "0.9", "{sgd: 0.1}", "{sgd: 0.1, momentum: 0.9}")]
    [InlineData("training.optimizer", "{adam: {learning_rate: 0.003}}", "{sgd: 0.1}", "{adam: {learning_rate: 0.003}}")]
    [InlineData("training.batch", "32", "  seed: 7", "  seed: 7\n  batch: 32\n")]
    [InlineData("trunk[0].dense", "64", "{dense: 128, activation", "{dense: 64, activation")]
    [InlineData("trunk[0].dense.use_bias", "false", "activation: relu}", "activation: relu, use_bias: false}")]
    [InlineData("data.split.seed", "5", "split: split }", "split: {column: split, seed: 5} }")]
    [InlineData("inputs", "[a, 'b, c']", "\n  - word", " [a, \"b, c\"]")]
    [InlineData("name", "'x: y'", "  seed: 7", "  seed: 7\nname: \"x: y\"\n")]
    public void Only_the_setting_changes(string path, string value, string before, string after)
    {
        Assert.Equal(Yaml.Replace(before, after, StringComparison.Ordinal), ConfigEdit.Set(Yaml, path, value));
    }

    [Fact]
    public void Comments_inside_of_what_is_replaced_stand_above_it()
    {
        const string Text = "training:\n  optimizer:   # tried others\n    sgd: 0.1   # large\n  epochs: 3\nbalance: { method: nash, # slow\n  }\n";
        Assert.Equal("training:\n  # tried others\n  optimizer: adam   # large\n  epochs: 3\nbalance: { method: nash, # slow\n  }\n", ConfigEdit.Set(Text, "training.optimizer", "adam"));
        Assert.EndsWith("# slow\nbalance: nash\n", ConfigEdit.Set(Text, "balance", "nash"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_alone_is_a_list_of_one()
    {
        const string Text = "data: a.csv\noutputs: y\n";
        Assert.Equal("data: a.csv\noutputs: {name: y, weight: 2}\n", ConfigEdit.Set(Text, "outputs[0].weight", "2"));
        Assert.Equal("data: a.csv\noutputs: {name: y, weight: 2}\n", ConfigEdit.Set(Text, "outputs.y.weight", "2"));
        Assert.Contains("There is no list 'outputs'", Assert.Throws<ConfigException>(() => ConfigEdit.Set(Text, "outputs[1].weight", "2")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("outputs.price.loss", ", loss: {huber: 1.0} }", " }")]
    [InlineData("outputs.price.type", "type: number, ", "")]
    [InlineData("outputs.kind.weight", "    weight: 0.5\n", "")]
    [InlineData("outputs.kind.name", "name: kind\n    type", "type")]
    [InlineData("outputs.tags", "  - tags\n", "")]
    [InlineData("trunk[1]", ", {dropout: 0.1}", "")]
    [InlineData("balance", "balance: nash\n", "")]
    [InlineData("training.epochs", "  epochs: 10   # enough\n", "  # enough\n")]
    public void Only_what_is_removed_goes(string path, string before, string after)
        => Assert.Equal(Yaml.Replace(before, after, StringComparison.Ordinal), ConfigEdit.Remove(Yaml, path));

    [Fact]
    public void What_is_missing_on_the_way_is_made()
    {
        const string Short = "data: a.csv\noutputs: [y]";
        string text = ConfigEdit.Set(Short, "training.optimizer.adam.learning_rate", "0.003");
        Assert.Equal("data: a.csv\noutputs: [y]\ntraining: {optimizer: {adam: {learning_rate: 0.003}}}\n", text);
        Assert.Equal("data: a.csv\noutputs: [{name: y, weight: 2}]", ConfigEdit.Set(Short, "outputs.y.weight", "2"));
        Assert.Equal("data: {source: a.csv, separator: tab}\noutputs: [y]", ConfigEdit.Set(Short, "data.separator", "tab"));
        Assert.Equal("training: {seed: 3}", ConfigEdit.Set("training: {}", "training.seed", "3"));
    }

    [Fact]
    public void Lines_that_end_as_on_windows_stay_so()
    {
        string text = ConfigEdit.Set(Yaml.ReplaceLineEndings("\r\n"), "outputs.kind.loss", "focal");
        Assert.Equal(Yaml.ReplaceLineEndings("\r\n").Replace("weight: 0.5\r\n", "weight: 0.5\r\n    loss: focal\r\n", StringComparison.Ordinal), text);
    }

    [Fact]
    public void Json_stays_json()
    {
        const string Json = "{\n  \"data\": \"a.csv\",\n  \"outputs\": [ {\"name\": \"y\"} ],\n  \"training\": {\n    \"seed\": 7,\n    \"epochs\": 3\n  }\n}\n";
        string text = ConfigEdit.Set(ConfigEdit.Set(Json, "outputs.y.loss", "{huber: {delta: 1}}"), "training.optimizer", "adam");
        Assert.Equal(Json.Replace("\"y\"}", "\"y\", \"loss\": {\"huber\": {\"delta\": 1}}}", StringComparison.Ordinal).Replace("\"epochs\": 3", "\"epochs\": 3,\n    \"optimizer\": \"adam\"", StringComparison.Ordinal), text);
        Assert.Equal("adam", (string)System.Text.Json.Nodes.JsonNode.Parse(text)!["training"]!["optimizer"]!);
    }

    [Fact]
    public void A_value_with_an_anchor_keeps_it_and_an_alias_is_not_looked_into()
    {
        const string Text = "trunk: &stack [ {dense: 8} ]\nencoders: { word: *stack }\n";
        Assert.Equal("trunk: &stack [ {dense: 9} ]\nencoders: { word: *stack }\n", ConfigEdit.Set(Text, "trunk[0].dense", "9"));
        Assert.Equal("trunk: &stack [ {dense: 8} ]\nencoders: { word: [{dense: 1}] }\n", ConfigEdit.Set(Text, "encoders.word", "[{dense: 1}]"));
        Assert.Contains("stands for a value elsewhere", Assert.Throws<ConfigException>(() => ConfigEdit.Set(Text, "encoders.word[0].dense", "1")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("outputs.prise.weight", "1", 9, "There is no 'prise' in 'outputs'. Known: price, kind, tags. Did you mean 'price'?")]
    [InlineData("outputs[3].weight", "1", 8, "'outputs' has 3 items, so there is no [3]; places are counted from 0.")]
    [InlineData("trunk.dense", "1", 7, "The items of 'trunk' have no names. Say which one by its place, from 0: trunk[0].")]
    [InlineData("training[0]", "1", 9, "'training' is a map of keys and no list")]
    [InlineData("training..epochs", "1", 10, "A key is missing here.")]
    [InlineData("training.epochs.", "1", 17, "A key is missing at the end.")]
    [InlineData("training.epochs", "", 17, "There is no value behind the '='.")]
    [InlineData("training.epochs", "[1", 17, "The value cannot be read: This '[' is not closed.")]
    public void A_path_that_leads_nowhere_is_told_with_its_place(string path, string value, int column, string message)
    {
        var fault = Assert.Throws<ConfigException>(() => ConfigEdit.Set(Yaml, path, value, "--variant 2"));
        Assert.Equal(new Mark(1, column), Assert.Single(fault.Problems).Mark);
        Assert.StartsWith($"--variant 2:1:{column}: {message}", fault.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("pronounce"), InlineData("diamonds"), InlineData("packages")]
    public void The_configs_of_the_samples_can_be_edited_everywhere(string sample)
    {
        string file = Repository.Path($"samples/{sample}/equipoise.yaml");
        string text = File.ReadAllText(file);
        var config = Config.Load(file);
        foreach (var output in config.Outputs)
        {
            text = ConfigEdit.Set(text, $"outputs.{output.Name}.weight", "0.125");
            text = ConfigEdit.Set(text, $"outputs.{output.Name}.metrics", "[]");
        }
        text = ConfigEdit.Set(text, "training.seed", "123");
        var changed = Config.Read(text, file);
        Assert.All(changed.Outputs, o => Assert.Equal(0.125, o.Weight));
        Assert.Equal(123, changed.Training.Seed);
        // Every comment of the file is still there.
        Assert.All(File.ReadAllLines(file).Where(l => l.TrimStart().StartsWith('#')), line => Assert.Contains(line, text, StringComparison.Ordinal));
    }
}
