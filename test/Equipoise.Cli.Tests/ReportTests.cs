using System.Text.Json.Nodes;
using Equipoise.Testing;

namespace Equipoise.Cli.Tests;

public sealed class ReportTests
{
    private const double Account = 1e-6; // to which the terms of a ledger line add up

    private static readonly string Config = Sandbox.GoodConfig.Replace("epochs: 3,", "epochs: 3, diagnose: 1,", StringComparison.Ordinal);

    [Fact]
    public void The_page_of_a_run_shows_the_figures_of_its_json()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Config) == 0, box.Error);
        Assert.True(box.Call("report", box.Run, "--to", "@run.html", "--json") == 0, box.Error);
        var page = PageCheck.Read(File.ReadAllText(box.In("run.html")));
        Assert.True(PageCheck.Figures(page, box.Json) > 200);
        var answer = box.Json["result"]!["answers"]![0]!["result"]!;
        Assert.Equal(3, answer["training"]!.AsArray().Count);
        // And the figures of the answer are those of the run.
        var metrics = JsonNode.Parse(File.ReadAllText(Path.Combine(box.Run, "metrics.json")))!;
        Assert.Equal(metrics["parts"]!.ToJsonString(), answer["parts"]!.ToJsonString());
        Assert.Contains("total is made of", page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_course_of_a_short_run_goes_by_steps_and_adds_up()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Sandbox.GoodConfig.Replace("epochs: 3,", "epochs: 1,", StringComparison.Ordinal)) == 0, box.Error);
        Assert.True(box.Call("report", box.Run, "--to", "@run.html", "--json") == 0, box.Error);
        var answer = box.Json["result"]!["answers"]![0]!["result"]!;
        Assert.Equal("step", (string)answer["course_by"]!);
        Assert.Equal(12, answer["training"]!.AsArray().Count);
        foreach (var point in answer["training"]!.AsArray())
        {
            double sum = point!["outputs"]!.AsObject().Sum(o => (double)o.Value!["contribution"]!) + (double)point["penalties"]!;
            Assert.Equal((double)point["total"]!, sum, Account);
            foreach (var (_, o) in point["outputs"]!.AsObject()) Assert.Equal((double)o!["contribution"]!, (double)o["weight"]! * (double)o["raw"]!, Account);
        }
    }

    [Fact]
    public void Explain_audit_and_advise_make_a_page_and_their_usual_answer_in_one_call()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Config) == 0, box.Error);
        foreach (string[] call in (string[][])[["explain", box.Run, "--gap"], ["audit", box.Run], ["advise", "@equipoise.yaml"]])
        {
            Assert.True(box.Call([.. call, "--html", "@page.html", "--json"]) == 0, box.Error);
            Assert.True(PageCheck.Figures(PageCheck.Read(File.ReadAllText(box.In("page.html"))), box.Json) > 20, call[0]);
            string json = box.Output;
            Assert.Equal(0, box.Call([.. call, "--json"]));
            Assert.Equal(json, box.Output);
            Assert.Equal(0, box.Call([.. call, "--html", "@page.html"]));
            string text = box.Output;
            Assert.Equal(0, box.Call(call));
            Assert.Equal(text, box.Output);
        }
    }

    [Fact]
    public void Calibrate_compare_and_sweep_make_pages_and_report_joins_them()
    {
        using var box = new Sandbox();
        box.Write("equipoise.yaml", Sandbox.GoodConfig);
        var files = new List<string>();
        foreach (string[] call in (string[][])
        [
            ["calibrate", "@equipoise.yaml", "--steps", "8", "--seeds", "1", "--rounds", "1"], ["compare", "@equipoise.yaml", "--losses", "price=huber,mse", "--by", "price.r2", "--seeds", "2", "--epochs", "1"],
            ["sweep", "@equipoise.yaml", "--trials", "2", "--epochs", "1", "--sweeps", box.In("sweeps")],
        ])
        {
            Assert.True(box.Call([.. call, "--html", "@page.html", "--json"]) == 0, box.Error);
            string html = File.ReadAllText(box.In("page.html"));
            Assert.True(PageCheck.Figures(PageCheck.Read(html), box.Json) > 10, call[0]);
            box.Write($"{call[0]}.json", box.Output);
            files.Add($"@{call[0]}.json");
            // The page from the file is the page from the command.
            Assert.Equal(0, box.Call("report", $"@{call[0]}.json", "--to", "@again.html"));
            Assert.Equal(html, File.ReadAllText(box.In("again.html")));
        }
        Assert.True(box.Call(["report", .. files, "--to", "@all.html", "--title", "All", "--json"]) == 0, box.Error);
        PageCheck.Figures(PageCheck.Read(File.ReadAllText(box.In("all.html"))), box.Json);
        box.Write("report.json", box.Output);
        Assert.Equal(0, box.Call("report", "@report.json", "--to", "@all2.html", "--title", "All"));
        Assert.Equal(File.ReadAllText(box.In("all.html")), File.ReadAllText(box.In("all2.html")));
    }

    [Fact]
    public void A_doubled_weight_is_measured_in_every_form()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Sandbox.GoodConfig) == 0, box.Error);
        string[] call = ["explain", box.Run, "--double", "kind", "--steps", "4", "--orders", "2"];
        Assert.True(box.Call([.. call, "--json", "--html", "@page.html"]) == 0, box.Error);
        var measured = box.Json["result"]!["measured"]!;
        Assert.Equal("kind", (string)measured["doubled"]!);
        Assert.Equal(4, (int)measured["steps"]!);
        foreach (var loss in measured["parts"]!.AsArray().SelectMany(p => p!["moments"]!.AsArray()).SelectMany(m => m!["outputs"]!.AsArray()))
            Assert.Equal((double)loss!["doubled"]! - (double)loss["unchanged"]!, (double)loss["change"]!, 1e-12);
        var page = PageCheck.Read(File.ReadAllText(box.In("page.html")));
        Assert.True(PageCheck.Figures(page, box.Json) > 60);
        Assert.Contains("What doubling the weight of 'kind' does: measured", page.Root!.Value, StringComparison.Ordinal);
        Assert.Equal(0, box.Call(call));
        Assert.Contains("Doubling the weight of 'kind' from 1 to 2, measured: 4 steps", box.Output, StringComparison.Ordinal);
        Assert.Equal(2, box.Call("explain", box.Run, "--steps", "4"));
        Assert.Contains("--steps is for --double", box.Error, StringComparison.Ordinal);
        Assert.Equal(2, box.Call("explain", box.Run, "--double", "kind", "--orders", "0"));
        Assert.NotEqual(0, box.Call("explain", box.Run, "--double", "knd"));
        Assert.Contains("Did you mean 'kind'", box.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_shown_is_told()
    {
        using var box = new Sandbox();
        box.Write("broken.json", "{");
        Assert.Equal(4, box.Call("report", "@broken.json", "--to", "@x.html"));
        Assert.Contains("broken.json: this is no JSON", box.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, box.Call("report", "@nowhere", "--to", "@x.html"));
        Assert.Contains("no such run folder", box.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(box.In("x.html")));
        Assert.Equal(2, box.Call("report"));
        Assert.Equal(2, box.Call("report", "@broken.json", "--to", "@no/x.html"));
        Assert.Contains("no folder", box.Error, StringComparison.Ordinal);
        Assert.Equal(2, box.Call("advise", "@stones.csv", "--html", box.Folder));
        Assert.Contains("is a folder", box.Error, StringComparison.Ordinal);
    }
}
