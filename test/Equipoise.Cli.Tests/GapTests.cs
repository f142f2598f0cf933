namespace Equipoise.Cli.Tests;

public sealed class GapTests
{
    private const double Rounding = 1e-6; // losses are summed in float rows, then in double

    private static readonly string Config = Sandbox.GoodConfig
        .Replace("trunk: [ {dense: 8, activation: linear, kernel_regularizer: {l2: 0.001}} ]", "trunk: [ {dense: 32, activation: relu, kernel_regularizer: {l2: 0.001}}, {dropout: 0.5} ]", StringComparison.Ordinal)
        .Replace("epochs: 3,", "epochs: 3, diagnose: 1,", StringComparison.Ordinal);

    [Fact]
    public void Parts_add_up_to_the_difference_that_the_ledger_shows()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Config) == 0, box.Error);
        Assert.True(box.Call("explain", box.Run, "--gap", "--json") == 0, box.Error);
        var lines = box.Json["result"]!["lines"]!.AsArray();
        double Contribution(int line, string output) => (double)lines[line]!["outputs"]![output]!["contribution"]!;
        foreach (var gap in box.Json["result"]!["training_and_validation"]!.AsArray())
        {
            double Part(string name) => (double)gap![name]!;
            string output = (string)gap!["output"]!;
            Assert.Equal(Contribution(1, output) - Contribution(0, output), Part("difference"), Rounding);
            Assert.Equal(Part("difference"), Part("weights_moved") + Part("dropout_and_others") + Part("other_rows") + Part("reweighted"), Rounding);
            Assert.Equal(0, Part("reweighted"), Rounding);
            // Twelve steps an epoch: one is late, so its error is the standard deviation of a step.
            Assert.True(Part("weights_moved_error") > 0);
        }
        // Half of the trunk is dropped: without it the training rows cost less.
        Assert.True(box.Json["result"]!["training_and_validation"]!.AsArray().Sum(g => (double)g!["dropout_and_others"]!) < 0);
    }

    [Fact]
    public void Tables_are_shown_for_people()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Config) == 0, box.Error);
        Assert.Equal(0, box.Call("explain", box.Run, "--gap"));
        foreach (string wanted in (string[])["dropout & co", "±", "other rows", "Who trains which layer", "weight doubled", "× "]) Assert.Contains(wanted, box.Output, StringComparison.Ordinal);
        Assert.Equal(0, box.Call("explain", box.Run));
        Assert.DoesNotContain("dropout & co", box.Output, StringComparison.Ordinal);
    }
}
