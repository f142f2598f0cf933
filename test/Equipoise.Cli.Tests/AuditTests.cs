namespace Equipoise.Cli.Tests;

public sealed class AuditTests
{
    private const string Weighted = """
        Epoch 1: loss_a: 2.512 loss_b: 1.490 total: 2.410
        Epoch 2: loss_a: 0.815 loss_b: 1.253 total: 0.859
        Epoch 3: loss_a: 0.431 loss_b: 1.104 total: 0.498
        Epoch 4: loss_a: 0.262 loss_b: 1.071 total: 0.343
        Epoch 5: loss_a: 0.188 loss_b: 0.962 total: 0.265
        Epoch 6: loss_a: 0.127 loss_b: 0.977 total: 0.212

        """;

    [Fact]
    public void Weights_are_found_and_false_claims_rejected_with_the_line()
    {
        using var box = new Sandbox();
        box.Write("train.log", Weighted);
        Assert.Equal(0, box.Call("audit", "@train.log", "--weights", "loss_a=0.5,b=0.5"));
        Assert.Contains("fixed weights", box.Output, StringComparison.Ordinal);
        Assert.Contains("Claimed weights: rejected.", box.Output, StringComparison.Ordinal);
        Assert.Contains("Line 1 (epoch 1)", box.Output, StringComparison.Ordinal);
        Assert.Contains("Unequal progress", box.Output, StringComparison.Ordinal);
        Assert.Equal(0, box.Call("audit", "@train.log", "--weights", "loss_a=0.9,loss_b=0.1", "--json"));
        var part = box.Json["result"]!["parts"]![0]!;
        Assert.Equal("confirmed", (string?)part["claim"]!["verdict"]);
        var weight = part["explanations"]![0]!["weights"]![0]!;
        Assert.InRange(0.9, (double)weight["least"]!, (double)weight["greatest"]!);
    }

    [Fact]
    public void A_penalty_that_is_not_printed_is_named_and_measured()
    {
        using var box = new Sandbox();
        var lines = new List<string>();
        for (int e = 1; e <= 8; e++)
        {
            double a = (0.08 / e) + (e % 3 * 0.004), b = 0.07 / Math.Sqrt(e), penalty = 9.14 * Math.Exp(-0.05 * e);
            lines.Add($"Epoch {e}/8");
            lines.Add(FormattableString.Invariant($"10/10 [=====] - 1s 9ms/step - loss: {a + b + penalty:F4} - a_loss: {a:F4} - b_loss: {b:F4}"));
        }
        box.Write("keras.log", string.Join("\n", lines));
        Assert.Equal(0, box.Call("audit", "@keras.log", "--l2", "0.01", "--json"));
        var part = box.Json["result"]!["parts"]![0]!;
        Assert.Contains("regularisation", part["explanations"]![0]!["causes"]!.AsArray().Select(c => (string?)c));
        Assert.Equal(9.14 * Math.Exp(-0.05), (double)part["explanations"]![0]!["left_over"]!["first"]!, 0.05);
        Assert.Contains("Σθ²", box.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_our_own_adds_up()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Train(Sandbox.GoodConfig));
        Assert.Equal(0, box.Call("audit", box.Run, "--json"));
        Assert.Equal("equipoise_ledger", (string?)box.Json["result"]!["format"]);
        foreach (var part in box.Json["result"]!["parts"]!.AsArray()) Assert.DoesNotContain("unexplained", part!["explanations"]![0]!["causes"]!.AsArray().Select(c => (string?)c));
        Assert.Equal(0, box.Call("audit", Path.Combine(box.Run, "epochs.csv"), "--json"));
        Assert.Equal("equipoise_epochs", (string?)box.Json["result"]!["format"]);
    }

    [Theory]
    [InlineData(2, "NAME=NUMBER", "--weights", "loss_a")]
    [InlineData(2, "Did you mean 'keras_csv'", "--format", "keras_cvs")]
    [InlineData(4, "Did you mean 'loss_a'", "--parts", "loss_aa,loss_b")]
    [InlineData(4, "Did you mean 'loss_b'", "--weights", "loss_bb=1")]
    [InlineData(4, "no figure 'sum'", "--total", "sum")]
    public void Wrong_names_are_told(int code, string expected, string option, string value)
    {
        using var box = new Sandbox();
        box.Write("train.log", Weighted);
        Assert.Equal(code, box.Call("audit", "@train.log", option, value));
        Assert.Contains(expected, box.Error, StringComparison.Ordinal);
        Assert.Equal(7, box.Call("audit", "@nowhere.log"));
    }
}
