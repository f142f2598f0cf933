using Equipoise.Configs;

namespace Equipoise.Cli.Tests;

public sealed class CalibrateTests
{
    [Fact]
    public void Weights_are_shown_and_written_into_the_config()
    {
        using var box = new Sandbox();
        string text = Sandbox.GoodConfig.Replace("weight: 0.5 }", "weight: 0.5 }   # in euros", StringComparison.Ordinal);
        box.Write("equipoise.yaml", text);
        string[] line = ["calibrate", "@equipoise.yaml", "--steps", "24", "--seeds", "2", "--rounds", "2"];
        Assert.Equal(0, box.Call(line));
        Assert.Matches(@"output +constant +first step +raw loss +gradient", box.Output);
        Assert.Matches(@"Largest contribution by smallest: [\d.]+ before, [\d.]+ after", box.Output);
        Assert.Matches(@"metric +better +before +after +after − before +interval", box.Output);
        Assert.Matches(@"price\.mae +lower +[\d.]+ +[\d.]+ +-?[\d.]+ +\[-?[\d.]+, -?[\d.]+\] +(better|worse|no difference beyond chance)", box.Output);
        Assert.Equal(text, File.ReadAllText(box.In("equipoise.yaml")));
        Assert.Equal(0, box.Call([.. line, "--write", "--json"]));
        var outputs = box.Json["result"]!["outputs"]!.AsObject();
        Assert.Equal(["higher_is_better", "metric", "output"], box.Json["result"]!["metrics"]![0]!.AsObject().Select(e => e.Key).Where(k => k is "output" or "metric" or "higher_is_better").Order());
        Assert.NotNull(box.Json["result"]!["unlearned"]);
        string written = File.ReadAllText(box.In("equipoise.yaml"));
        Assert.Contains("# in euros", written, StringComparison.Ordinal);
        foreach (var output in Config.Load(box.In("equipoise.yaml")).Outputs) Assert.Equal((double)outputs[output.Name]!["weight"]!, output.Weight);
        Assert.Equal(0, box.Call("train", "@equipoise.yaml", "--runs", box.Runs));
    }

    [Theory]
    [InlineData(2, "at least 1", "--steps", "0")]
    [InlineData(2, "equal_contributions", "--rule", "equal_contributions")]
    [InlineData(2, "wants --shares", "--rule", "shares")]
    [InlineData(2, "leave '--rule equal_gradient' out", "--rule", "equal_gradient", "--shares", "price=1")]
    [InlineData(2, "is no share", "--shares", "price=much")]
    [InlineData(3, "Did you mean 'price'?", "--shares", "prise=1,kind=1,sold=1,tags=1")]
    [InlineData(3, "No share is given for 'sold', 'tags'", "--shares", "price=1,kind=1")]
    public void What_cannot_be_calibrated_is_told(int code, string message, params string[] further)
    {
        using var box = new Sandbox();
        box.Write("equipoise.yaml", Sandbox.GoodConfig);
        Assert.Equal(code, box.Call(["calibrate", "@equipoise.yaml", .. further]));
        Assert.Contains(message, box.Error, StringComparison.Ordinal);
        Assert.Empty(box.Output);
    }
}
