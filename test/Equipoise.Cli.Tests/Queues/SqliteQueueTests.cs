using Equipoise.Cli.Queues;
using Equipoise.Runs;
using Equipoise.Sweeps;

namespace Equipoise.Cli.Tests.Queues;

public sealed class SqliteQueueTests : IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly SweepOutcome Good = new(SweepState.Done, new Dictionary<string, double> { ["price.r2"] = 0.1 + 0.2, ["price.mae"] = double.NaN }, 2, 3, 1.5, "");

    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;
    private readonly Clock _clock = new();
    private readonly SqliteQueue _queue;

    public SqliteQueueTests()
    {
        _queue = SqliteQueue.Create(File("queue.db"), new SweepPlan { Trials = 3 }, "text", "/somewhere/config.yaml", _clock);
        _queue.Add([.. Enumerable.Range(0, 3).Select(n => new SweepTask(n, n, 7, [0.1 * n], [new("outputs.a.weight", "0.5")]))]);
    }

    public void Dispose()
    {
        _queue.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Trials_are_claimed_once_in_order()
    {
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(i => _queue.Claim($"w{i}", Lease)!.Number));
        Assert.Null(_queue.Claim("w3", Lease));
    }

    [Fact]
    public void A_task_and_its_outcome_come_back_as_they_were()
    {
        var task = _queue.Claim("w", Lease)!;
        Assert.Equal((0, 7, "outputs.a.weight=0.5"), (task.Point, task.Seed, Assert.Single(task.Changes).ToString()));
        Assert.True(_queue.Finish("w", 0, Good));
        using var again = SqliteQueue.Open(File("queue.db"));
        var trial = again.Trials()[0];
        Assert.Equal((SweepState.Done, "w", 1), (trial.State, trial.Worker, trial.Attempts));
        Assert.Equal(Good.Figures, trial.Outcome!.Figures);
        Assert.Equal((2, 3, 1.5, ""), (trial.Outcome.BestEpoch, trial.Outcome.Epochs, trial.Outcome.Seconds, trial.Outcome.Reason));
        Assert.Equal([0.1], again.Trials()[1].Task.Coordinates);
        Assert.Equal("/somewhere/config.yaml", again.ConfigFile);
    }

    [Fact]
    public void A_silent_worker_loses_its_trial_and_cannot_finish_it()
    {
        Assert.Equal(0, _queue.Claim("sleeper", Lease)!.Number);
        _clock.Now += TimeSpan.FromSeconds(9);
        Assert.True(_queue.Renew("sleeper", 0, Lease));
        _clock.Now += TimeSpan.FromSeconds(9);
        Assert.Equal(1, _queue.Claim("other", Lease)!.Number);     // renewed in time
        _clock.Now += TimeSpan.FromSeconds(2);
        Assert.Equal(0, _queue.Claim("other", Lease)!.Number);
        Assert.False(_queue.Renew("sleeper", 0, Lease));
        Assert.False(_queue.Finish("sleeper", 0, Good));
        Assert.True(_queue.Finish("other", 0, Good));
        Assert.Equal(2, _queue.Trials()[0].Attempts);
    }

    [Fact]
    public void What_has_ended_is_never_claimed_again()
    {
        _queue.Claim("w", Lease);
        _queue.Finish("w", 0, Good);
        _clock.Now += TimeSpan.FromDays(1);
        _queue.Release("w", died: true);
        Assert.Equal(1, _queue.Claim("v", Lease)!.Number);
        Assert.False(_queue.Finish("w", 0, Good with { State = SweepState.Failed }));
    }

    [Fact]
    public void A_trial_that_kills_its_workers_fails_after_three()
    {
        for (int i = 0; i < SqliteQueue.MostAttempts; i++)
        {
            Assert.Equal(0, _queue.Claim("w", Lease)!.Number);
            _queue.Release("w", died: true);
        }
        Assert.Equal(1, _queue.Claim("w", Lease)!.Number);
        Assert.Equal(SweepState.Failed, _queue.Trials()[0].State);
        Assert.Contains("3 times", _queue.Trials()[0].Outcome!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_is_given_back_counts_as_never_begun()
    {
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(0, _queue.Claim("w", Lease)!.Number);
            _queue.Release("w", died: false);
        }
        Assert.Equal((SweepState.Waiting, 0), (_queue.Trials()[0].State, _queue.Trials()[0].Attempts));
    }

    [Fact]
    public void Many_threads_never_get_the_same_trial()
    {
        _queue.Add([.. Enumerable.Range(3, 57).Select(n => new SweepTask(n, n, 7, [], []))]);
        var claimed = new System.Collections.Concurrent.ConcurrentBag<int>();
        Parallel.For(0, 4, w =>
        {
            // Connections of their own, as processes have them.
            using var mine = SqliteQueue.Open(File("queue.db"), _clock);
            while (mine.Claim($"w{w}", Lease) is { } task) claimed.Add(task.Number);
        });
        Assert.Equal(Enumerable.Range(0, 60), claimed.Order());
    }

    [Fact]
    public void Reports_are_those_of_an_epoch_and_a_seed()
    {
        _queue.Report(new SweepReport(0, 2, [1.5, double.NaN]));
        _queue.Report(new SweepReport(1, 2, [2, 3]));
        _queue.Report(new SweepReport(1, 2, [2.5, 3]));            // begun again
        _queue.Report(new SweepReport(2, 4, [9, 9]));
        Assert.Equal([[1.5, double.NaN], [2.5, 3]], _queue.Reports(2, 7).Select(r => r.Values));
        Assert.Empty(_queue.Reports(2, 8));
    }

    [Fact]
    public void Adding_is_all_or_nothing()
    {
        Assert.Throws<RunException>(() => _queue.Add([new SweepTask(3, 3, 7, [], []), new SweepTask(2, 2, 7, [], [])]));
        Assert.Equal(3, _queue.Trials().Count);
    }

    [Fact]
    public void A_file_that_is_no_queue_is_told()
    {
        Assert.Contains("no such queue", Assert.Throws<RunException>(() => SqliteQueue.Open(File("other.db"))).Message, StringComparison.Ordinal);
        System.IO.File.WriteAllText(File("text.db"), string.Concat(Enumerable.Repeat("This is a text and no database. ", 100)));
        Assert.Contains("no queue", Assert.Throws<RunException>(() => SqliteQueue.Open(File("text.db"))).Message, StringComparison.Ordinal);
    }

    private string File(string name) => Path.Combine(_folder, name);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
