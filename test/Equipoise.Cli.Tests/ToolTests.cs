using Equipoise.Configs;

namespace Equipoise.Cli.Tests;

public sealed class ToolTests
{
    [Theory]
    [InlineData("init")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("explain")]
    [InlineData("compare")]
    [InlineData("calibrate")]
    [InlineData("audit")]
    [InlineData("runs")]
    [InlineData("catalog")]
    [InlineData("sweep")]
    [InlineData("worker")]
    public void Help_of_every_command_has_an_example(string command)
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Call(command, "--help"));
        Assert.Contains($"Example:\n    equipoise {command}", box.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Empty(box.Error);
    }

    [Fact]
    public void Help_of_the_tool_tells_exit_codes()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Call());
        Assert.Contains("130 interrupted", box.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trian", "Did you mean 'train'?")]
    [InlineData("train", "Required argument")]
    [InlineData("explain run --epoch 1 --step 2", "not both")]
    [InlineData("evaluate run --part tset", "tset")]
    [InlineData("catalog lss", "Did you mean 'loss'?")]
    [InlineData("catalog loss hubber", "Did you mean 'huber'?")]
    public void Wrong_usage_is_told_and_ends_with_2(string line, string expected)
    {
        using var box = new Sandbox();
        Assert.Equal(2, box.Call(line.Split(' ')));
        Assert.Contains(expected, box.Error, StringComparison.Ordinal);
        Assert.Empty(box.Output);
        Assert.Equal(2, box.Call([.. line.Split(' '), "--json"]));
        Assert.False((bool)box.Json["ok"]!);
        Assert.Equal(2, (int)box.Json["error"]!["exit_code"]!);
    }

    [Fact]
    public void Catalog_shows_kinds_components_and_settings()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Call("catalog"));
        Assert.Contains("optimizer", box.Output, StringComparison.Ordinal);
        Assert.Equal(0, box.Call("catalog", "loss", "huber"));
        Assert.Contains("delta", box.Output, StringComparison.Ordinal);
        Assert.Equal(0, box.Call("catalog", "config"));
        Assert.Contains("early_stopping", box.Output, StringComparison.Ordinal);
        Assert.Equal(0, box.Call("catalog", "--json"));
        Assert.Equal(CatalogBook.Pages.Count, box.Json["result"]!.AsArray().Count);
        Assert.Equal(0, box.Call("catalog", "--markdown"));
        Assert.Contains("## mean_squared_error", box.Output, StringComparison.Ordinal);
        string pages = Path.Combine(box.Folder, "pages");
        Assert.Equal(0, box.Call("catalog", "optimizers", "--markdown", "--to", pages));
        Assert.Equal(CatalogMarkdown.Page(CatalogBook.Find("optimizer")), File.ReadAllText(Path.Combine(pages, "optimizers.md")));
        Assert.Equal(2, box.Call("catalog", "--to", pages));
    }

    [Fact]
    public void A_run_that_is_not_there_is_told_with_the_nearest()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Train(Sandbox.GoodConfig));
        Assert.Equal(7, box.Call("explain", box.Run[..^1]));
        Assert.Contains("Did you mean", box.Error, StringComparison.Ordinal);
        Assert.Equal(7, box.Call("evaluate", box.Folder));
        Assert.Contains("no run folder", box.Error, StringComparison.Ordinal);
    }
}
