namespace Equipoise.Cli.Tests;

/// <summary>Several losses on an output, figures of labels and the best weights by further figures, as the tool shows them.</summary>
public sealed class SeveralLossesTests
{
    private static readonly string Config = Sandbox.GoodConfig
        .Replace("{ name: price, type: number, weight: 0.5 }", "{ name: price, type: number, weight: 0.5, losses: [ {mse: {}, name: level}, {log_cosh: {}, name: tail, weight: 0.2} ] }", StringComparison.Ordinal)
        .Replace("seed: 7", "seed: 7, keep_each: [tags.hamming_loss, price.tail]", StringComparison.Ordinal);

    [Fact]
    public void Each_loss_has_a_line_and_a_term_of_the_equation()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Config) == 0, box.Error);
        Assert.Matches(@"(?m)^  level +train ", box.Output);
        Assert.Matches(@"test: .* = 0\.5 × [\d.]+ \(price\.level\) \+ 0\.1 × [\d.]+ \(price\.tail\) \+ ", box.Output);
        Assert.Equal(0, box.Call("explain", box.Run, "--step", "3"));
        Assert.Matches(@"(?m)^price\.tail +[\d.]+ +0\.1 ", box.Output);
        Assert.Equal(0, box.Call("explain", box.Run, "--json"));
        Assert.Contains("\"tail\"", box.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_shown_when_asked_for()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Config) == 0, box.Error);
        Assert.Equal(0, box.Call("evaluate", box.Run));
        Assert.DoesNotContain("label of", box.Output, StringComparison.Ordinal);
        Assert.Equal(0, box.Call("evaluate", box.Run, "--labels"));
        Assert.Contains("label of kind", box.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^wide +\d+ +\d+ +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+", box.Output);
        Assert.Equal(0, box.Call("evaluate", box.Run, "--labels", "--json"));
        var labels = box.Json["result"]!["labels"]!.AsArray();
        Assert.Equal(6, labels.Count);
        Assert.All(labels, l => Assert.InRange((double)l!["f1"]!, 0, 1));
        // The run folder has the same for the test part.
        var lines = File.ReadAllLines(Path.Combine(box.Run, "labels.csv")).Where(l => l.StartsWith("test,", StringComparison.Ordinal));
        Assert.Equal(lines.Select(l => string.Join(',', l.Split(',')[1..4])).Order(), labels.Select(l => $"{l!["output"]},{l["label"]},{l["support"]}").Order());
    }

    [Fact]
    public void Best_weights_by_a_further_figure_are_used_when_asked_for()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Config) == 0, box.Error);
        Assert.Equal(0, box.Call("evaluate", box.Run, "--best", "price.tail"));
        Assert.Equal(0, box.Call("predict", box.Run, "@stones.csv", "--best", "tags.hamming_loss"));
        Assert.Equal(7, box.Call("evaluate", box.Run, "--best", "price.taill"));
        Assert.Contains("Did you mean 'best-price.tail.safetensors'?", box.Error, StringComparison.Ordinal);
    }
}
