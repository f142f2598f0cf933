using System.Text.Json.Nodes;
using Equipoise.Cli.Queues;
using Equipoise.Configs;
using Equipoise.Runs;
using Equipoise.Sweeps;
using Equipoise.Trials;

namespace Equipoise.Cli.Tests.Queues;

/// <summary>Sweeps whose trials wait in PostgreSQL, with workers that are processes.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresQueueTests(PostgresServer server) : IDisposable
{
    private static readonly string[] By = ["--by", "price.mae,kind.accuracy"];
    private static readonly SweepPlan Plan = new() { Trials = 11, By = ["price.mae", "kind.accuracy"] };
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(4);
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [PostgresFact]
    public void Four_workers_train_every_trial_once()
    {
        string address = Begin("epochs: 10", out var queue);
        using (queue)
        {
            using var processes = new WorkerProcesses(4, queue, null, "--threads", "1");
            Work(queue, processes, () => { });
            var all = queue.Trials();
            Assert.Equal(Enumerable.Range(0, 12), all.Select(t => t.Task.Number));
            Assert.All(all, t => Assert.Equal((SweepState.Done, 1), (t.State, t.Attempts)));
            Assert.True(all.Select(t => t.Worker).Distinct().Count() > 1);
        }
        AssertSameAsOneProcess(address);
    }

    [PostgresFact]
    public void Killing_a_worker_loses_no_trial_and_repeats_none_that_ended()
    {
        string address = Begin("epochs: 60", out var queue);
        using (queue)
        {
            // Nobody tells that it died: its lease must end by the server's clock.
            using var processes = new WorkerProcesses(4, queue, null, "--threads", "1", "--lease", "3");
            int killed = -1, victims = 0;
            List<SweepTrial> ended = [];
            Work(queue, null, () =>
            {
                var trials = queue.Trials();
                string worker = $"-{victims + 1}";
                bool IsHis(SweepTrial t) => t.State == SweepState.Running && t.Worker.EndsWith(worker, StringComparison.Ordinal);
                if (killed >= 0 || victims == 3 || trials.All(t => t.Outcome is null) || !trials.Any(IsHis)) return;
                var victim = processes.Running[victims++];
                victim.Kill();                                     // SIGKILL: nothing can be put in order
                victim.WaitForExit();
                trials = queue.Trials();
                if (trials.FirstOrDefault(IsHis) is not { } left) return;      // it was just between two trials: the next one
                killed = left.Task.Number;
                ended = [.. trials.Where(t => t.Outcome is not null)];
            });
            var all = queue.Trials();
            Assert.Equal(Enumerable.Range(0, 12), all.Select(t => t.Task.Number));
            Assert.All(all, t => Assert.Equal((SweepState.Done, t.Task.Number == killed ? 2 : 1), (t.State, t.Attempts)));
            Assert.True(killed >= 0);
            Assert.False(all[killed].Worker.EndsWith($"-{victims}", StringComparison.Ordinal));
            foreach (var before in ended) Assert.Equal((before.Worker, before.Outcome!.Seconds), (all[before.Task.Number].Worker, all[before.Task.Number].Outcome!.Seconds));
        }
        AssertSameAsOneProcess(address);
    }

    [PostgresFact]
    public void A_server_that_ends_connections_is_waited_for()
    {
        string address = Begin("epochs: 3", out var queue);
        using (queue)
        {
            Assert.Equal(0, queue.Claim("w", Long)!.Number);
            server.Disconnect(address);
            Assert.True(queue.Renew("w", 0, Long));
            server.Disconnect(address);
            Assert.Equal(1, queue.Claim("w", Long)!.Number);
        }
    }

    [PostgresFact]
    public void A_sweep_and_its_folder_go_on_with_the_queue_of_the_database()
    {
        _box.Write("equipoise.yaml", Sandbox.GoodConfig);
        string address = server.NewDatabase();
        Sweep(0, "--trials", "2", "--queue", address, "--workers", "2");
        Assert.StartsWith(address, File.ReadAllText(_box.In("sweeps/equipoise/queue.txt")).Trim(), StringComparison.Ordinal);
        Assert.False(File.Exists(_box.In("sweeps/equipoise/queue.db")));
        Sweep(0, "--trials", "3");                                 // the folder knows where
        Assert.Contains("3 trials have ended before", _box.Error, StringComparison.Ordinal);
        Assert.Equal(0, _box.Call("worker", "--queue", address, "--name", "w"));        // the only sweep of the database
        Assert.Contains("w: 0 trials trained", _box.Output, StringComparison.Ordinal);
        Sweep(2, "--trials", "2", "--queue", server.NewDatabase());
        Assert.Contains("holds a sweep whose queue is", _box.Error, StringComparison.Ordinal);
        Sweep(0, "--trials", "2", "--name", "other", "--queue", address);
        Assert.Equal(2, _box.Call("worker", "--queue", address));
        Assert.Contains("has 2 sweeps: equipoise, other", _box.Error, StringComparison.Ordinal);
        server.Execute(address, "DROP SCHEMA equipoise_other CASCADE");
        Sweep(2, "--trials", "2", "--name", "other");
        Assert.Contains("is gone", _box.Error, StringComparison.Ordinal);
    }

    [PostgresFact]
    public void A_worker_with_other_data_is_refused()
    {
        string address = Begin("epochs: 3", out var queue);
        using (queue)
        {
            Directory.CreateDirectory(_box.In("copy"));
            File.WriteAllText(_box.In("copy/stones.csv"), Sandbox.Table((i, line) => i == 5 ? line.Replace("train", "test", StringComparison.Ordinal) : line));
            Assert.Equal(4, _box.Call("worker", "--queue", address, "--folder", _box.In("copy"), "--name", "w"));
            Assert.Contains("are not those that the sweep was begun with", _box.Error, StringComparison.Ordinal);
            Assert.All(queue.Trials(), t => Assert.Equal(0, t.Attempts));
            File.WriteAllText(_box.In("copy/stones.csv"), Sandbox.Table());
            File.Delete(_box.In("stones.csv"));
            Assert.Equal(0, _box.Call("worker", "--queue", address, "--folder", _box.In("copy"), "--name", "w"));
            Assert.All(queue.Trials(), t => Assert.Equal((SweepState.Done, "w"), (t.State, t.Worker)));
        }
    }

    [PostgresFact]
    public void What_cannot_be_reached_is_told()
    {
        string address = server.NewDatabase();
        string Message(string text) => Assert.Throws<RunException>(() => SweepQueues.Open(text)).Message;
        Assert.Contains("has no sweep", Message(address), StringComparison.Ordinal);
        Assert.Contains("there is no such sweep", Message($"{address}&sweep=none"), StringComparison.Ordinal);
        Assert.Contains("database \"nowhere\" does not exist", Message($"postgres://postgres@/nowhere?{address.Split('?')[1]}"), StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Message("postgres://me:secret@/any?host=/nowhere"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Message("postgres://me:secret@/any?host=/nowhere"), StringComparison.Ordinal);
    }

    private string Begin(string epochs, out PostgresQueue queue)
    {
        _box.Write("equipoise.yaml", Sandbox.GoodConfig.Replace("epochs: 3", epochs, StringComparison.Ordinal));
        string address = server.NewDatabase();
        var config = Config.Load(_box.In("equipoise.yaml"));
        var runner = new TrialRunner(config);
        queue = PostgresQueue.Create(PostgresAddress.TryParse(address)!.With("tested"), Plan, config.Text, config.File!, runner.Data.Files);
        new Sweep(runner, Plan, queue).Fill();
        return address;
    }

    private static void Work(DatabaseQueue queue, WorkerProcesses? processes, Action meanwhile)
    {
        long begun = TimeProvider.System.GetTimestamp();
        while (queue.Trials().Any(t => t.Outcome is null))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Long, "The sweep did not end.");
            processes?.Tend(told => Assert.Fail(told));
            meanwhile();
            Thread.Sleep(10);
        }
    }

    // The same command shows what workers found; a sweep in this process with a file finds the same.
    private void AssertSameAsOneProcess(string address)
    {
        string trials = Plan.Trials.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Sweep(0, "--trials", trials, "--name", "tested", "--queue", address);
        Sweep(0, "--trials", trials, "--name", "alone");
        Assert.Equal(Found("alone"), Found("tested"));
    }

    private List<string> Found(string name) => [.. File.ReadLines(_box.In($"sweeps/{name}/trials.jsonl")).Select(l => JsonNode.Parse(l)!).Select(l => $"{l["number"]} {l["seed"]} {l["changes"]!.ToJsonString()} {l["figures"]!.ToJsonString()}")];

    private void Sweep(int code, params string[] further)
        => Assert.True(_box.Call(["sweep", "@equipoise.yaml", .. By, "--sweeps", _box.In("sweeps"), .. further]) == code, _box.Error + _box.Output);
}
