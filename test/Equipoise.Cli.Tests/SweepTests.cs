using System.Text.Json.Nodes;
using Equipoise.Cli.Queues;
using Equipoise.Configs;
using Equipoise.Sweeps;
using Equipoise.Trials;

namespace Equipoise.Cli.Tests;

public sealed class SweepTests : IDisposable
{
    private static readonly string[] By = ["--by", "price.mae,kind.accuracy"];
    private readonly Sandbox _box = new();

    public SweepTests() => _box.Write("equipoise.yaml", Sandbox.GoodConfig);

    public void Dispose() => _box.Dispose();

    [Fact]
    public void A_sweep_shows_every_trial_the_front_and_the_chart_and_writes_a_folder()
    {
        Sweep(0, "--trials", "6");
        Assert.Matches(@"trial\s+price weight\s+kind weight\s+sold weight\s+tags weight\s+price.mae\s+kind.accuracy\s+epochs\s+time", _box.Output);
        Assert.Contains("as it is", _box.Output, StringComparison.Ordinal);
        Assert.Contains("price.mae (lower is better ←)", _box.Output, StringComparison.Ordinal);
        Assert.Contains("kind.accuracy (higher is better ↑)", _box.Output, StringComparison.Ordinal);
        Assert.Matches(@"Front: \d+ trials? of 7 \(7 done\)", _box.Output);
        Assert.Matches(@"Hypervolume: [\d.e-]+, [\d.]+ % of the box", _box.Output);
        Assert.Contains("7/7 trial 6, seed 7:", _box.Error, StringComparison.Ordinal);
        var lines = File.ReadLines(_box.In("sweeps/equipoise/trials.jsonl")).Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Equal(Enumerable.Range(0, 7), lines.Select(l => (int)l["trial"]!));
        Assert.All(lines, l => Assert.Equal("done", (string)l["state"]!));
        Assert.Equal(Sandbox.GoodConfig, File.ReadAllText(_box.In("sweeps/equipoise/config.yaml")));
    }

    [Fact]
    public void The_config_as_it_is_has_the_figures_of_a_training()
    {
        Sweep(0, "--trials", "1", "--json");
        var figures = _box.Json["result"]!["trials"]![0]!["figures"]!;
        double mae = (double)figures["price.mae"]!;
        Assert.Equal(0, _box.Call("train", "@equipoise.yaml", "--runs", _box.Runs, "--json"));
        Assert.Equal((double)_box.Json["result"]!["parts"]!["valid"]!["metrics"]!["price"]!["mae"]!, mae);
    }

    [Fact]
    public void The_front_of_the_json_is_what_no_other_trial_dominates()
    {
        Sweep(0, "--trials", "8", "--json");
        var result = _box.Json["result"]!;
        double[][] costs = [.. result["trials"]!.AsArray().Select(t => (double[])[(double)t!["objectives"]!["price.mae"]!, -(double)t["objectives"]!["kind.accuracy"]!])];
        Assert.Equal(ParetoFront.Of(costs).Order(), result["front"]!.AsArray().Select(f => (int)f!).Order());
        Assert.All(result["trials"]!.AsArray().Skip(1), t => Assert.Equal(4, t!["changes"]!.AsObject().Count));
    }

    [Fact]
    public void The_same_command_again_trains_nothing_and_shows_the_same()
    {
        Sweep(0, "--trials", "3");
        string first = _box.Output;
        Sweep(0, "--trials", "3");
        Assert.Equal(first, _box.Output);
        Assert.DoesNotContain("seed 7", _box.Error, StringComparison.Ordinal);
        Assert.Contains("4 trials have ended before", _box.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sobol")]
    [InlineData("nsga2")]
    [InlineData("bayes")]
    public void More_trials_later_are_those_of_one_long_sweep(string sampler)
    {
        string[] further = ["--sampler", sampler, "--population", "4", "--name"];
        Sweep(0, ["--trials", "4", .. further, "grown"]);
        Sweep(0, ["--trials", "8", .. further, "grown"]);
        Sweep(0, ["--trials", "8", .. further, "once"]);
        Assert.Equal(Found("once"), Found("grown"));
        Assert.Equal(9, Found("once").Count);
    }

    [Fact]
    public async Task An_interrupted_sweep_goes_on_where_it_was()
    {
        using var interruption = new CancellationTokenSource();
        string[] line = ["sweep", _box.In("equipoise.yaml"), .. By, "--trials", "5", "--sweeps", _box.In("sweeps"), "--name"];
        var task = Task.Run(() => _box.Call(interruption.Token, [.. line, "broken"]));
        string file = _box.In("sweeps/broken/trials.jsonl");
        while (!task.IsCompleted && !(File.Exists(file) && File.ReadLines(file).Count() >= 2)) await Task.Yield();
        await interruption.CancelAsync();
        Assert.Contains(await task, (int[])[130, 0]);             // 0: it was quicker than the signal
        Sweep(0, "--trials", "5", "--name", "broken");
        Sweep(0, "--trials", "5", "--name", "whole");
        Assert.Equal(Found("whole"), Found("broken"));
        Assert.All(Lines("broken"), l => Assert.Equal(1, (int)l["attempts"]!));
    }

    [Fact]
    public void Another_plan_or_config_in_the_folder_is_refused()
    {
        Sweep(0, "--trials", "1");
        Sweep(2, "--trials", "1", "--seed", "2");
        Assert.Contains("another plan", _box.Error, StringComparison.Ordinal);
        _box.Write("equipoise.yaml", Sandbox.GoodConfig + "\n# changed\n");
        Sweep(2, "--trials", "1");
        Assert.Contains("--name NAME", _box.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_seeds_and_halving_are_tried()
    {
        _box.Write("equipoise.yaml", Sandbox.GoodConfig.Replace("epochs: 3", "epochs: 8", StringComparison.Ordinal));
        Sweep(0, "--trials", "9", "--seeds", "2", "--halving", "0.02", "--set", "training.optimizer.adam.learning_rate=1e-6..0.05:log", "--set", "outputs.price.loss=mse,huber", "--json");
        var trials = _box.Json["result"]!["trials"]!.AsArray();
        Assert.Equal(10, trials.Count);
        var pruned = trials.Where(t => (string)t!["state"]! == "pruned").ToList();
        Assert.NotEmpty(pruned);
        Assert.All(pruned, t => Assert.Contains("is better in everything after epoch", (string)t!["reason"]!, StringComparison.Ordinal));
        Assert.All(pruned, t => Assert.DoesNotContain((int)t!["trial"]!, _box.Json["result"]!["front"]!.AsArray().Select(f => (int)f!)));
        Assert.All(pruned, t => Assert.True((int)t!["epochs"]! < 16));
        Assert.All(pruned, t => Assert.InRange(int.Parse(((string)t!["reason"]!).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture), 0, 9));
        Assert.Contains(trials, t => (string?)t!["changes"]!["outputs.price.loss"] == "huber");
    }

    [Fact]
    public void The_best_within_a_bound_is_shown_with_its_changes()
    {
        Sweep(0, "--trials", "6", "--best", "price.mae", "--where", "kind.accuracy>=0", "--json");
        var result = _box.Json["result"]!;
        double least = result["trials"]!.AsArray().Min(t => (double)t!["objectives"]!["price.mae"]!);
        Assert.Equal(least, (double)result["trials"]![(int)result["best"]!["trial"]!]!["objectives"]!["price.mae"]!);
        Sweep(0, "--trials", "6", "--best", "price.mae", "--where", "kind.accuracy>=2");
        Assert.Contains("no trial keeps this bound", _box.Output, StringComparison.Ordinal);
        Assert.Contains("The greatest kind.accuracy is 0", _box.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_bound_alone_the_other_objective_is_best_and_its_config_is_written_and_trains_to_the_same_figures()
    {
        Sweep(0, "--trials", "6", "--where", "kind.accuracy>=0", "--write", _box.In("best.yaml"));
        Assert.Matches(@"Best price.mae with kind.accuracy>=0: \w+", _box.Output);
        Assert.Contains("★ best", _box.Output, StringComparison.Ordinal);
        Sweep(0, "--trials", "6", "--where", "kind.accuracy>=0", "--write", _box.In("best.yaml"), "--json");
        var best = _box.Json["result"]!["trials"]![(int)_box.Json["result"]!["best"]!["trial"]!]!;
        Assert.Equal(0, _box.Call("train", "@best.yaml", "--runs", _box.Runs, "--json"));
        Assert.Equal((double)best["figures"]!["price.mae"]!, (double)_box.Json["result"]!["parts"]!["valid"]!["metrics"]!["price"]!["mae"]!);
        Sweep(1, "--trials", "6", "--where", "kind.accuracy>=2", "--write", _box.In("none.yaml"));
        Assert.False(File.Exists(_box.In("none.yaml")));
    }

    [Theory]
    [InlineData("--by price.maa", 3, "Did you mean 'price.mae'?")]
    [InlineData("--by total", 3, "depends on the weights")]
    [InlineData("--sampler sbol", 2, "Did you mean 'sobol'?")]
    [InlineData("--set training.bach=1..2:int", 3, "Did you mean 'batch'?")]
    [InlineData("--set outputs.price.loss=mse,hubber", 3, "Did you mean 'huber'?")]
    [InlineData("--where kind.accuracy>=1 --where price.mae<=1", 2, "--where needs --best")]
    [InlineData("--write elsewhere/best.yaml", 2, "must stand beside")]
    [InlineData("--queue postgres://db.lan", 2, "names no database")]
    [InlineData("--best price.mae --where kind.accuracy=1", 3, "is no bound")]
    [InlineData("--trials 0", 2, "at least 1")]
    [InlineData("--reference kind.accuracy=x", 2, "is no number")]
    [InlineData("--plan nowhere.yaml", 3, "no such plan")]
    public void What_cannot_be_is_told_before_anything_is_made(string options, int code, string expected)
    {
        Assert.Equal(code, _box.Call(["sweep", "@equipoise.yaml", "--sweeps", _box.In("sweeps"), .. options.Split(' ')]));
        Assert.Contains(expected, _box.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_box.In("sweeps")));
    }

    [Fact]
    public void Worker_processes_find_what_one_process_finds()
    {
        Sweep(0, "--trials", "4", "--name", "one");
        Sweep(0, "--trials", "4", "--name", "two", "--workers", "2");
        Assert.Equal(Found("one"), Found("two"));
        Assert.All(Lines("two"), l => Assert.Equal(1, (int)l["attempts"]!));
    }

    [Fact]
    public void Killing_a_worker_loses_no_trial_and_repeats_none_that_ended()
    {
        _box.Write("equipoise.yaml", Sandbox.GoodConfig.Replace("epochs: 3", "epochs: 150", StringComparison.Ordinal));
        var config = Config.Load(_box.In("equipoise.yaml"));
        var plan = new SweepPlan { Trials = 3, By = ["price.mae", "kind.accuracy"] };
        using var folder = SweepFolder.Open(_box.In("sweeps/killed"), config, plan, new TrialRunner(config).Data.Files);
        var sweep = new Sweep(new TrialRunner(config), plan, folder.Queue);
        sweep.Fill();
        using var processes = new WorkerProcesses(1, folder.Queue, null);
        int killed = -1;
        List<SweepTrial> ended = [];
        var deaths = new List<string>();
        var deadline = DateTime.UtcNow.AddMinutes(3);
        while (folder.Queue.Trials().Any(t => t.Outcome is null))
        {
            Assert.True(DateTime.UtcNow < deadline, $"The sweep did not end. {string.Join(' ', deaths)}");
            var trials = folder.Queue.Trials();
            if (killed < 0 && trials.Any(t => t.Outcome is not null) && trials.FirstOrDefault(t => t.State == SweepState.Running) is { } running)
            {
                processes.Running[0].Kill();                       // SIGKILL: nothing can be put in order
                processes.Running[0].WaitForExit();
                trials = folder.Queue.Trials();
                if (trials.FirstOrDefault(t => t.State == SweepState.Running) is { } left) (killed, ended) = (left.Task.Number, [.. trials.Where(t => t.Outcome is not null)]);
            }
            processes.Tend(deaths.Add);
            Thread.Sleep(5);
        }
        Assert.True(killed > 0);
        Assert.NotEmpty(deaths);
        var all = folder.Queue.Trials();
        Assert.Equal(4, all.Count);
        Assert.All(all, t => Assert.Equal(SweepState.Done, t.State));
        Assert.Equal(2, all[killed].Attempts);
        foreach (var before in ended)
        {
            Assert.Equal((before.Worker, 1), (all[before.Task.Number].Worker, all[before.Task.Number].Attempts));
            Assert.Equal(before.Outcome!.Seconds, all[before.Task.Number].Outcome!.Seconds);
        }
        folder.Write(all);
        Sweep(0, "--trials", "3", "--name", "quiet");
        Assert.Equal(Found("quiet"), Found("killed"));
    }

    [Fact]
    public void A_worker_of_a_finished_queue_has_nothing_to_do()
    {
        Sweep(0, "--trials", "1");
        Assert.Equal(0, _box.Call("worker", "--queue", "@sweeps/equipoise/queue.db", "--name", "w"));
        Assert.Contains("w: 0 trials trained", _box.Output, StringComparison.Ordinal);
        Assert.Equal(7, _box.Call("worker", "--queue", "@sweeps/other.db"));
        Assert.Contains("no such queue", _box.Error, StringComparison.Ordinal);
    }

    private void Sweep(int code, params string[] further)
        => Assert.True(_box.Call(["sweep", "@equipoise.yaml", .. By, "--sweeps", _box.In("sweeps"), .. further]) == code, _box.Error);

    private List<JsonNode> Lines(string name) => [.. File.ReadLines(_box.In($"sweeps/{name}/trials.jsonl")).Select(l => JsonNode.Parse(l)!)];

    // Everything of every trial but time and worker.
    private List<string> Found(string name)
        => [.. Lines(name).Select(l => $"{l["number"]} {l["trial"]} {l["seed"]} {l["state"]} {l["changes"]!.ToJsonString()} {l["figures"]!.ToJsonString()} {l["best_epoch"]} {l["epochs"]}")];
}
