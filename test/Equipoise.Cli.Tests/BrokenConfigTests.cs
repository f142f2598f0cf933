namespace Equipoise.Cli.Tests;

/// <summary>Configs that cannot be: each gives one message with its place and a remedy, exit code 3, and no run folder.</summary>
public sealed class BrokenConfigTests
{
    public static TheoryData<string, string, int, string, string> Configs => new()
    {
        // what is replaced, with what, the line of the mistake, the message, the remedy
        { "source: stones.csv, split: split", "source: stones.csv, split: splitt", 1, "no column 'splitt'", "Did you mean 'split'?" },
        { "source: stones.csv, ", "sorce: stones.csv, ", 1, "no key 'sorce'", "Did you mean 'source'?" },
        { "columns: [x, y]", "columns: [x, z]", 3, "no column 'z' in stones.csv", "Known: split, x, y" },
        { "columns: [x, y]", "columns: [x, price]", 3, "cannot be an input too", "Remove one" },
        { "type: number, columns: [x, y]", "type: numbr, columns: [x, y]", 3, "no input type called 'numbr'", "Did you mean 'number'?" },
        { "columns: [x, y]", "columns: [x, y], clip: -1", 3, "number > 0", "'-1'" },
        { "columns: [x, y]", "columns: [x, y], clipp: 5", 3, "no key 'clipp'", "Did you mean 'clip'?" },
        { "trunk: [ {dense: 8", "trunk: [ {dens: 8", 4, "no layer called 'dens'", "Did you mean 'dense'?" },
        { "trunk: [ {dense: 8", "trunk: [ {dense: 0", 4, "'units' wants", "'0'" },
        { "activation: linear", "activation: lineer", 4, "no activation called 'lineer'", "linear" },
        { "name: price, type: number", "name: prize, type: number", 6, "no column 'prize'", "Did you mean 'price'?" },
        { "name: price, type: number", "name: price, type: number, loss: hubber", 6, "no loss called 'hubber'", "Did you mean 'huber'?" },
        { "name: price, type: number", "name: price, type: number, metrics: [accuracy]", 6, "'accuracy' is for classes", "Use mae" },
        { "weight: 0.5", "weight: -0.5", 6, "finite number ≥ 0", "'-0.5'" },
        { "weight: 0.5", "weight: .nan", 6, "finite number ≥ 0", "'.nan'" },
        { "weight: 0.5", "wieght: 0.5", 6, "no key 'wieght'", "Did you mean 'weight'?" },
        { "name: sold, type: binary", "name: kind, type: category", 8, "Two outputs are called 'kind'", "name of its own" },
        { "class_weights: balanced", "class_weights: {longg: 2}", 7, "no class 'longg'", "Did you mean 'long'?" },
        { "name: tags, type: set", "name: tags, type: set, loss: categorical_crossentropy", 9, "any number of them", "Use binary_crossentropy" },
        { "name: kind, type: category, class_weights: balanced", "name: kind, type: category, loss: poisson", 7, "'poisson' is for numbers", "sparse_categorical_crossentropy" },
        { "{adam: {learning_rate: 0.02}}", "{adam: {learning_rat: 0.02}}", 10, "no setting called 'learning_rat'", "Did you mean 'learning_rate'?" },
        { "epochs: 3", "epochs: three", 10, "whole number", "'three'" },
        { "seed: 7", "seed: 7, keep: kind.acuracy", 10, "no figure called 'kind.acuracy'", "Did you mean 'kind.accuracy'?" },
        { "training: {", "training: [", 10, "'['", "is not closed" },
        { "trunk:", "\ttrunk:", 4, "indented with a tab", "spaces" },
    };

    [Theory, MemberData(nameof(Configs))]
    public void Mistake_is_told_with_its_line(string from, string to, int line, string message, string remedy)
    {
        using var box = new Sandbox();
        Assert.Contains(from, Sandbox.GoodConfig, StringComparison.Ordinal);
        Assert.True(box.Train(Sandbox.GoodConfig.Replace(from, to, StringComparison.Ordinal)) == 3, box.Error);
        string[] told = [.. box.Error.Split('\n').Where(l => l.StartsWith("equipoise.yaml:", StringComparison.Ordinal))];
        string only = Assert.Single(told);
        Assert.StartsWith($"equipoise.yaml:{line}:", only, StringComparison.Ordinal);
        Assert.Contains(message, only, StringComparison.Ordinal);
        Assert.Contains(remedy, only, StringComparison.Ordinal);
        Assert.Empty(box.Output);
        Assert.False(Directory.Exists(box.Runs));
    }

    [Fact]
    public void Json_has_every_problem_with_its_place()
    {
        using var box = new Sandbox();
        Assert.Equal(3, box.Train(Sandbox.GoodConfig.Replace("weight: 0.5", "weight: -1, los: mse", StringComparison.Ordinal), "--json"));
        var problems = box.Json["error"]!["problems"]!.AsArray();
        Assert.Equal(2, problems.Count);
        Assert.Equal("outputs[0].weight", (string)problems[0]!["path"]!);
        Assert.Equal(6, (int)problems[0]!["line"]!);
    }

    [Fact]
    public void Config_that_is_not_there_is_told()
    {
        using var box = new Sandbox();
        Assert.Equal(3, box.Call("train", "@none.yaml"));
        Assert.Contains("equipoise init", box.Error, StringComparison.Ordinal);
    }
}
