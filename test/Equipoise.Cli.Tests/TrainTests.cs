using System.Globalization;
using System.Text.Json.Nodes;

namespace Equipoise.Cli.Tests;

public sealed class TrainTests
{
    private static readonly string[] Files = ["best.safetensors", "config.yaml", "encoders.json", "environment.json", "epochs.csv", "labels.csv", "last.safetensors", "ledger.jsonl", "metrics.json", "model.json"];

    [Fact]
    public void Training_writes_a_whole_run_folder_and_prints_the_equation()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Sandbox.GoodConfig) == 0, box.Error);
        Assert.Equal(Files, Directory.EnumerateFiles(box.Run).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.Equal(Sandbox.GoodConfig, File.ReadAllText(Path.Combine(box.Run, "config.yaml")));
        Assert.Contains("test:", box.Output, StringComparison.Ordinal);
        Assert.Contains("0.5 × ", box.Output, StringComparison.Ordinal);
        Assert.Contains("(l2 of kernel, dense)", box.Output, StringComparison.Ordinal);
        Assert.Contains($"Run: {box.Run}", box.Output, StringComparison.Ordinal);
        Assert.Contains("epoch 3/3", box.Error, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(Path.Combine(box.Run, "epochs.csv")).Length);
    }

    [Fact]
    public void A_profile_names_nodes_and_phases_and_accounts_for_all_the_time()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Sandbox.GoodConfig, "--profile") == 0, box.Error);
        Assert.Matches(@"dense\s+affine\s+forward\s+[\d.]+\s+[\d.]+ %\s+[\d.]+\s+[\d.]+ %", box.Output);
        Assert.Matches(@"\(step\)\s+update\s", box.Output);
        Assert.Contains(" rows took ", box.Output, StringComparison.Ordinal);
        Assert.Matches(@"The second step was done \d+\.\d\d s after the process began\.", box.Output);

        using var json = new Sandbox();
        Assert.True(json.Train(Sandbox.GoodConfig, "--profile", "--json") == 0, json.Error);
        var profile = json.Json["result"]!["profile"]!;
        double all = (double)profile["seconds"]! * (int)profile["threads"]!;
        double sum = profile["entries"]!.AsArray().Sum(e => (double)e!["seconds"]!);
        Assert.InRange(sum, all * (1 - 1e-9), all * 1.2);      // work of two threads may be counted while the second one ends the step
        Assert.Equal(2, (int)profile["threads"]!);
        Assert.True((double)profile["most_operations_per_second"]! > 1e6);
        // Three epochs of 12 batches of 192 rows, less a tenth of the steps to warm up.
        Assert.Equal(33, (int)profile["steps"]!);
        Assert.Equal(33 * 16, (int)profile["rows"]!);
    }

    [Fact]
    public void Without_being_asked_there_is_no_profile()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Train(Sandbox.GoodConfig));
        Assert.DoesNotContain("rows took", box.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_moment_of_the_second_step_lies_between_the_call_and_its_end()
    {
        using var box = new Sandbox();
        var before = DateTime.UtcNow;
        Assert.True(box.Train(Sandbox.GoodConfig, "--json") == 0, box.Error);
        var second = box.Json["result"]!["second_step"]!;
        Assert.InRange(DateTime.Parse((string)second["at"]!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind), before, DateTime.UtcNow);
        Assert.True((double)second["seconds"]! > 0);
    }

    [Fact]
    public void Every_account_of_metrics_adds_up_and_labels_that_are_missing_are_not_counted()
    {
        using var box = new Sandbox();
        Assert.True(box.Train(Sandbox.GoodConfig, "--json") == 0, box.Error);
        var result = box.Json["result"]!;
        foreach (string part in (string[])["train", "valid", "test"])
        {
            var account = result["parts"]![part]!;
            double sum = account["outputs"]!.AsObject().Sum(o => (double)o.Value!["weight"]! * (double)o.Value["raw"]!) + account["penalties"]!.AsArray().Sum(p => (double)p!["value"]!);
            Assert.Equal((double)account["total"]!, sum, 1e-6 * sum);
        }
        var train = result["parts"]!["train"]!["outputs"]!;
        Assert.Equal(192, (int)train["kind"]!["labelled"]!);
        Assert.InRange((int)train["price"]!["labelled"]!, 150, 191);
        Assert.True(File.Exists(Path.Combine((string)result["folder"]!, "metrics.json")));
    }

    [Fact]
    public void Same_seed_gives_the_same_files_for_any_number_of_workers()
    {
        using var one = new Sandbox();
        using var two = new Sandbox();
        Assert.Equal(0, one.Train(Sandbox.GoodConfig.Replace("workers: 2", "workers: 1", StringComparison.Ordinal)));
        Assert.Equal(0, two.Train(Sandbox.GoodConfig.Replace("workers: 2", "workers: 3", StringComparison.Ordinal)));
        foreach (string file in (string[])["ledger.jsonl", "best.safetensors", "last.safetensors", "encoders.json", "model.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(one.Run, file)), File.ReadAllBytes(Path.Combine(two.Run, file)));
    }

    [Fact]
    public void Evaluate_gives_the_figures_of_training_again()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Train(Sandbox.GoodConfig));
        var metrics = JsonNode.Parse(File.ReadAllText(Path.Combine(box.Run, "metrics.json")))!["parts"]!["test"]!;
        Assert.True(box.Call("evaluate", box.Run, "--json") == 0, box.Error);
        Assert.Equal((double)metrics["total"]!, (double)box.Json["result"]!["total"]!);
        Assert.Equal(metrics["metrics"]!.ToJsonString(), box.Json["result"]!["metrics"]!.ToJsonString());
        Assert.Equal(0, box.Call("evaluate", box.Run, "@stones.csv"));
        Assert.Contains("240", box.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Predictions_are_in_units_and_words_and_need_no_labels()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Train(Sandbox.GoodConfig.Replace("epochs: 3", "epochs: 40", StringComparison.Ordinal)));
        box.Write("new.csv", "id,x,y\na,9,1\nb,1,8\n");
        Assert.True(box.Call("predict", box.Run, "@new.csv", "--with", "id", "-o", "@out.csv") == 0, box.Error);
        string[] lines = File.ReadAllLines(box.In("out.csv"));
        Assert.Equal("id,price,kind,kind_probability,sold,sold_probability,tags", lines[0]);
        string[] first = lines[1].Split(',');
        Assert.Equal("a", first[0]);
        Assert.InRange(double.Parse(first[1], CultureInfo.InvariantCulture), 28, 34); // 3 × 9 − 1 + 5 = 31
        Assert.Equal("long", first[2]);
        Assert.Equal("high", lines[2].Split(',')[2]);
        Assert.Equal(0, box.Call("predict", box.Run, "@new.csv", "--probabilities"));
        Assert.StartsWith("price,kind,kind_probability,kind=even,kind=high,kind=long,", box.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_names_every_term_of_an_epoch_and_of_a_step()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Train(Sandbox.GoodConfig));
        Assert.True(box.Call("explain", box.Run, "--epoch", "2") == 0, box.Error);
        Assert.Contains("Epoch 2, training", box.Output, StringComparison.Ordinal);
        Assert.Contains("Epoch 2, validation", box.Output, StringComparison.Ordinal);
        Assert.Contains("(price) + 1 × ", box.Output, StringComparison.Ordinal);
        Assert.Equal(0, box.Call("explain", box.Run, "--step", "1", "--json"));
        var line = box.Json["result"]!["lines"]![0]!;
        Assert.Equal(1, (int)line["step"]!);
        Assert.True((double)line["gap"]! < 1e-6);
        Assert.Equal(7, box.Call("explain", box.Run, "--epoch", "9"));
        Assert.Contains("epochs 1 to 3", box.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_lists_what_was_trained()
    {
        using var box = new Sandbox();
        Assert.Equal(0, box.Call("runs", box.Runs));
        Assert.Contains("no run", box.Error, StringComparison.Ordinal);
        Assert.Equal(0, box.Train(Sandbox.GoodConfig));
        Assert.Equal(0, box.Call("runs", box.Runs, "--json"));
        var run = Assert.Single(box.Json["result"]!.AsArray())!;
        Assert.Equal(3, (int)run["epochs"]!);
        Assert.True((bool)run["finished"]!);
    }

    [Fact]
    public void Interruption_before_the_first_epoch_leaves_nothing()
    {
        using var box = new Sandbox();
        box.Write("equipoise.yaml", Sandbox.GoodConfig);
        using var interruption = new CancellationTokenSource();
        interruption.Cancel();
        Assert.Equal(130, box.Call(interruption.Token, "train", "@equipoise.yaml", "--runs", box.Runs));
        Assert.Contains("nothing was kept", box.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(box.Runs));
    }

    [Fact]
    public void Divergence_names_the_output_and_ends_with_its_own_code()
    {
        using var box = new Sandbox();
        Assert.Equal(5, box.Train(Sandbox.GoodConfig.Replace("{adam: {learning_rate: 0.02}}", "{sgd: {learning_rate: 1e30}}", StringComparison.Ordinal)));
        Assert.Contains("step", box.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(box.Runs));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told()
    {
        using var box = new Sandbox();
        box.Write("file", "x");
        box.Write("equipoise.yaml", Sandbox.GoodConfig);
        Assert.Equal(7, box.Call("train", "@equipoise.yaml", "--runs", "@file"));
        Assert.Contains("--runs", box.Error, StringComparison.Ordinal);
    }
}
