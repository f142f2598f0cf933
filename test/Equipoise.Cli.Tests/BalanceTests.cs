using System.Text.Json.Nodes;

namespace Equipoise.Cli.Tests;

public sealed class BalanceTests
{
    [Fact]
    public void A_balancer_of_the_command_line_takes_the_place_of_the_configs()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Sandbox.GoodConfig + "\nbalance: fixed\n", "--balance", "{nash: {update_every: 2}}") == 0, box.Error);
        Assert.Contains("nash", (string)JsonNode.Parse(File.ReadAllText(Path.Combine(box.Run, "environment.json")))!["balance"]!, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(box.Run, "balancer.safetensors")));
        var steps = File.ReadLines(Path.Combine(box.Run, "ledger.jsonl")).Select(l => JsonNode.Parse(l)!).Where(l => (string)l["part"]! == "step").ToList();
        double[] weights = [.. steps.Select(s => (double)s["outputs"]![1]!["weight"]!)];
        Assert.Equal(weights[0], weights[1]);                  // held for two steps
        Assert.NotEqual(weights[1], weights[2]);
    }

    [Fact]
    public void An_unknown_balancer_of_the_command_line_is_told_with_the_nearest()
    {
        using var box = new Sandbox();
        Assert.NotEqual(0, box.Train(Sandbox.GoodConfig, "--balance", "uncertanty"));
        Assert.Contains("Did you mean 'uncertainty'?", box.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_shows_which_output_trains_which_layer()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Sandbox.GoodConfig.Replace("epochs: 3", "epochs: 3, diagnose: 4", StringComparison.Ordinal)) == 0, box.Error);
        Assert.Equal(0, box.Call("explain", box.Run, "--epoch", "1"));
        Assert.Contains("over 3 steps", box.Output, StringComparison.Ordinal);
        Assert.Matches(@"length\s+price\s+kind\s+sold\s+tags", box.Output);
        Assert.Matches(@"all shared layers\s+[\d.]+", box.Output);
        Assert.Matches(@"price, kind\s+-?[\d.]+\s+[\d.]+ ?%\s+dense \(-?[\d.]+\)", box.Output);
        Assert.Equal(0, box.Call("explain", box.Run, "--epoch", "1", "--json"));
        Assert.Equal(6, box.Json["result"]!["lines"]![0]!["gradients"]!["pairs"]!.AsArray().Count);
    }

    [Fact]
    public void The_catalogue_of_balancers_names_needs_and_sources()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Call("catalog", "balancer"));
        Assert.Matches(@"nash\s.*inner products of gradients\s+Navon et al\., .*2022", box.Output);
        Assert.Equal(0, box.Call("catalog", "balancer", "famo"));
        Assert.Contains("needs: losses, losses after the step", box.Output, StringComparison.Ordinal);
    }
}
