namespace Equipoise.Cli.Tests;

public sealed class CompareTests
{
    [Fact]
    public void Losses_are_compared_in_a_table_and_as_json()
    {
        using var box = new Sandbox();
        box.Write("equipoise.yaml", Sandbox.GoodConfig);
        string[] line = ["compare", "@equipoise.yaml", "--losses", "price=huber,mae", "--by", "price.mae", "--by", "0.5*kind.accuracy+0.5*tags.f1_micro", "--seeds", "2", "--test"];
        Assert.Equal(0, box.Call(line));
        Assert.Matches(@"variant +mean +± over seeds +best − it +interval +test +seconds", box.Output);
        Assert.Contains("huber", box.Output, StringComparison.Ordinal);
        Assert.Contains("0.5*kind.accuracy+0.5*tags.f1_micro, higher is better", box.Output, StringComparison.Ordinal);
        Assert.Contains("4/4 mae, seed 8:", box.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(box.Runs));
        Assert.Equal(0, box.Call([.. line, "--json"]));
        var result = box.Json["result"]!;
        Assert.Equal(["huber", "mae"], result["variants"]!.AsArray().Select(v => (string)v!["name"]!));
        Assert.Equal("outputs.price.loss=huber", (string)result["variants"]![0]!["changes"]![0]!);
        Assert.Equal(2, result["figures"]!.AsArray().Count);
        Assert.Equal(8, (int)result["variants"]![1]!["trials"]![1]!["seed"]!);
        Assert.True((double)result["variants"]![0]!["trials"]![0]!["test"]!["price.mae"]! > 0);
        Assert.True((double)result["figures"]![0]!["differences"]![0]!["low"]! <= (double)result["figures"]![0]!["differences"]![0]!["high"]!);
    }

    [Fact]
    public void Balancers_meet_tuned_weights_and_outputs_alone()
    {
        using var box = new Sandbox();
        box.Write("equipoise.yaml", Sandbox.GoodConfig);
        box.Write("plan.yaml", "compare:\n  balancers: [uncertainty]\n  by: price.mae\n  seeds: 2\n  alone: true\n  budget: 3\n");
        Assert.Equal(0, box.Call("compare", "@equipoise.yaml", "--plan", "@plan.yaml", "--epochs", "1"));
        Assert.Contains("fixed, tuned: weights price", box.Output, StringComparison.Ordinal);
        Assert.Contains("the best of 3 by price.mae", box.Output, StringComparison.Ordinal);
        Assert.Matches(@"tags +tags\.f1_micro", box.Output);
        Assert.Equal(3 + 4 + 8, box.Error.Split('\n').Count(l => l.Contains(", seed ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(2, "nothing to compare")]
    [InlineData(2, "at least 1", "--alone", "--seeds", "0")]
    [InlineData(3, "Did you mean 'price'?", "--variant", "v:outputs.prise.weight=2", "--by", "price.mae")]
    [InlineData(3, "with --variant 2:10:", "--variant", "as it is:", "--variant", "v:training.epochs=0", "--by", "price.mae")]
    [InlineData(3, "Did you mean 'mae'?", "--losses", "price=maee", "--by", "price.mae")]
    [InlineData(3, "Name a metric with --by", "--losses", "price=mae")]
    [InlineData(3, "no such plan", "--plan", "nowhere.yaml")]
    public void What_cannot_be_compared_is_told(int code, string message, params string[] further)
    {
        using var box = new Sandbox();
        box.Write("equipoise.yaml", Sandbox.GoodConfig);
        Assert.Equal(code, box.Call(["compare", "@equipoise.yaml", .. further]));
        Assert.Contains(message, box.Error, StringComparison.Ordinal);
        Assert.Empty(box.Output);
    }

    [Fact]
    public void When_every_training_diverges_the_tool_says_so()
    {
        using var box = new Sandbox();
        box.Write("equipoise.yaml", Sandbox.GoodConfig);
        Assert.Equal(5, box.Call("compare", "@equipoise.yaml", "--variant", "a:training.optimizer={sgd: 1e30}", "--variant", "b:training.optimizer={sgd: 1e31}", "--by", "price.mae", "--seeds", "1"));
        Assert.Contains("a diverged in 1 of 1 seeds", box.Output, StringComparison.Ordinal);
        Assert.Contains("No winner", box.Output, StringComparison.Ordinal);
    }
}
