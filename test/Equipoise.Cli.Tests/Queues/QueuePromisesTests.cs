using Equipoise.Cli.Queues;
using Equipoise.Data;
using Equipoise.Runs;
using Equipoise.Sweeps;

namespace Equipoise.Cli.Tests.Queues;

/// <summary>What every queue promises, whatever database it is in.</summary>
[Collection(PostgresCollection.Name)]
public sealed class QueuePromisesTests(PostgresServer server) : IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly SweepOutcome Good = new(SweepState.Done, new Dictionary<string, double> { ["price.r2"] = 0.1 + 0.2, ["price.mae"] = double.NaN }, 2, 3, 1.5, "");

    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;
    private readonly Clock _clock = new();
    private string _address = "";
    private DatabaseQueue? _queue;

    public void Dispose()
    {
        _queue?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory, InlineData("sqlite"), OnPostgres]
    public void Trials_are_claimed_once_in_order(string kind)
    {
        var queue = Make(kind);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(i => queue.Claim($"w{i}", Lease)!.Number));
        Assert.Null(queue.Claim("w3", Lease));
    }

    [Theory, InlineData("sqlite"), OnPostgres]
    public void A_task_and_its_outcome_come_back_as_they_were(string kind)
    {
        var queue = Make(kind);
        var task = queue.Claim("w", Lease)!;
        Assert.Equal((0, 7, "outputs.a.weight=0.5"), (task.Point, task.Seed, Assert.Single(task.Changes).ToString()));
        Assert.True(queue.Finish("w", 0, Good));
        using var again = Again();
        var trial = again.Trials()[0];
        Assert.Equal((SweepState.Done, "w", 1), (trial.State, trial.Worker, trial.Attempts));
        Assert.Equal(Good.Figures, trial.Outcome!.Figures);
        Assert.Equal((2, 3, 1.5, ""), (trial.Outcome.BestEpoch, trial.Outcome.Epochs, trial.Outcome.Seconds, trial.Outcome.Reason));
        Assert.Equal([0.1], again.Trials()[1].Task.Coordinates);
        Assert.Equal(("/somewhere/config.yaml", "text", """{"rows.csv":"1f0c"}""", false), (again.ConfigFile, again.ConfigText, again.Data, again.IsClosed));
    }

    [Theory, InlineData("sqlite"), OnPostgres]
    public void A_silent_worker_loses_its_trial_and_cannot_finish_it(string kind)
    {
        var queue = Make(kind);
        Assert.Equal(0, queue.Claim("sleeper", Lease)!.Number);
        _clock.Now += TimeSpan.FromSeconds(9);
        Assert.True(queue.Renew("sleeper", 0, Lease));
        _clock.Now += TimeSpan.FromSeconds(9);
        Assert.Equal(1, queue.Claim("other", Lease)!.Number);     // renewed in time
        _clock.Now += TimeSpan.FromSeconds(2);
        Assert.Equal(0, queue.Claim("other", Lease)!.Number);
        Assert.False(queue.Renew("sleeper", 0, Lease));
        Assert.False(queue.Finish("sleeper", 0, Good));
        Assert.True(queue.Finish("other", 0, Good));
        Assert.Equal(2, queue.Trials()[0].Attempts);
    }

    [Theory, InlineData("sqlite"), OnPostgres]
    public void What_has_ended_is_never_claimed_again(string kind)
    {
        var queue = Make(kind);
        queue.Claim("w", Lease);
        queue.Finish("w", 0, Good);
        _clock.Now += TimeSpan.FromDays(1);
        queue.Release("w", died: true);
        Assert.Equal(1, queue.Claim("v", Lease)!.Number);
        Assert.False(queue.Finish("w", 0, Good with { State = SweepState.Failed }));
    }

    [Theory, InlineData("sqlite"), OnPostgres]
    public void A_trial_that_kills_its_workers_fails_after_three(string kind)
    {
        var queue = Make(kind);
        for (int i = 0; i < DatabaseQueue.MostAttempts; i++)
        {
            Assert.Equal(0, queue.Claim("w", Lease)!.Number);
            queue.Release("w", died: true);
        }
        Assert.Equal(1, queue.Claim("w", Lease)!.Number);
        Assert.Equal(SweepState.Failed, queue.Trials()[0].State);
        Assert.Contains("3 times", queue.Trials()[0].Outcome!.Reason, StringComparison.Ordinal);
    }

    [Theory, InlineData("sqlite"), OnPostgres]
    public void A_trial_that_is_given_back_counts_as_never_begun(string kind)
    {
        var queue = Make(kind);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(0, queue.Claim("w", Lease)!.Number);
            queue.Release("w", died: false);
        }
        Assert.Equal((SweepState.Waiting, 0), (queue.Trials()[0].State, queue.Trials()[0].Attempts));
    }

    [Theory, InlineData("sqlite"), OnPostgres]
    public void Many_threads_never_get_the_same_trial(string kind)
    {
        var queue = Make(kind);
        queue.Add([.. Enumerable.Range(3, 57).Select(n => new SweepTask(n, n, 7, [], []))]);
        var claimed = new System.Collections.Concurrent.ConcurrentBag<int>();
        Parallel.For(0, 4, w =>
        {
            // Connections of their own, as processes have them.
            using var mine = Again();
            while (mine.Claim($"w{w}", Lease) is { } task) claimed.Add(task.Number);
        });
        Assert.Equal(Enumerable.Range(0, 60), claimed.Order());
    }

    [Theory, InlineData("sqlite"), OnPostgres]
    public void Reports_are_those_of_an_epoch_and_a_seed(string kind)
    {
        var queue = Make(kind);
        queue.Report(new SweepReport(0, 2, [1.5, double.NaN]));
        queue.Report(new SweepReport(1, 2, [2, 3]));
        queue.Report(new SweepReport(1, 2, [2.5, 3]));            // begun again
        queue.Report(new SweepReport(2, 4, [9, 9]));
        Assert.Equal([[1.5, double.NaN], [2.5, 3]], queue.Reports(2, 7).Select(r => r.Values));
        Assert.Empty(queue.Reports(2, 8));
    }

    [Theory, InlineData("sqlite"), OnPostgres]
    public void Adding_is_all_or_nothing(string kind)
    {
        var queue = Make(kind);
        Assert.Throws<RunException>(() => queue.Add([new SweepTask(3, 3, 7, [], []), new SweepTask(2, 2, 7, [], [])]));
        Assert.Equal(3, queue.Trials().Count);
    }

    private DatabaseQueue Make(string kind)
    {
        _address = kind == "sqlite" ? Path.Combine(_folder, "queue.db") : $"{server.NewDatabase()}&sweep=of \"tests\"";
        var plan = new SweepPlan { Trials = 3 };
        var files = new Dictionary<string, Fingerprint> { ["rows.csv"] = new("1f0c", 4, 2, 1) };
        _queue = kind == "sqlite" ? SqliteQueue.Create(_address, plan, "text", "/somewhere/config.yaml", files, _clock)
            : PostgresQueue.Create(PostgresAddress.TryParse(_address)!, plan, "text", "/somewhere/config.yaml", files, _clock);
        _queue.Add([.. Enumerable.Range(0, 3).Select(n => new SweepTask(n, n, 7, [0.1 * n], [new("outputs.a.weight", "0.5")]))]);
        return _queue;
    }

    private DatabaseQueue Again() => PostgresAddress.TryParse(_address) is { } place ? PostgresQueue.Open(place, _clock) : SqliteQueue.Open(_address, _clock);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
