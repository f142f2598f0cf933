using Equipoise.Engine.Execution;

namespace Equipoise.Engine.Tests.Execution;

public sealed class WorkerTeamTests
{
    private sealed class Counting(int items, int workers) : ITeamWork
    {
        private readonly int[] _busy = new int[workers];

        public int[] Done { get; } = new int[items];

        public bool Crossed { get; private set; }

        public void Do(int item, int worker)
        {
            if (Interlocked.Increment(ref _busy[worker]) != 1) Crossed = true;
            Interlocked.Increment(ref Done[item]);
            if (item % 7 == 0) Thread.SpinWait(200);
            Interlocked.Decrement(ref _busy[worker]);
        }
    }

    private sealed class Failing(int at, Exception problem) : ITeamWork
    {
        public int Done;

        public void Do(int item, int worker)
        {
            Interlocked.Increment(ref Done);
            if (item == at) throw problem;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void Every_item_is_done_once_in_every_of_many_runs(int workers)
    {
        using var team = new WorkerTeam(workers);
        Assert.Equal(workers, team.Workers);
        for (int run = 0; run < 400; run++)
        {
            int items = (run * 5) % 23;
            var work = new Counting(items, workers);
            team.Run(work, items);
            Assert.All(work.Done, d => Assert.Equal(1, d));
            Assert.False(work.Crossed, "two items ran on one worker at once");
        }
    }

    [Fact]
    public void Sleeping_workers_wake_up()
    {
        using var team = new WorkerTeam(3);
        for (int run = 0; run < 4; run++)
        {
            Thread.Sleep(30);
            var work = new Counting(50, 3);
            team.Run(work, 50);
            Assert.All(work.Done, d => Assert.Equal(1, d));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void An_exception_of_any_item_surfaces_and_the_team_goes_on(int workers)
    {
        using var team = new WorkerTeam(workers);
        for (int at = 0; at < 10; at++)
        {
            var problem = new InvalidOperationException($"item {at}");
            Assert.Same(problem, Assert.Throws<InvalidOperationException>(() => team.Run(new Failing(at, problem), 10)));
            var work = new Counting(20, workers);
            team.Run(work, 20);
            Assert.All(work.Done, d => Assert.Equal(1, d));
        }
    }

    [Fact]
    public void No_items_is_no_work()
    {
        using var team = new WorkerTeam(2);
        team.Run(new Failing(0, new InvalidOperationException()), 0);
    }

    [Fact]
    public void Disposing_ends_the_threads_and_may_be_repeated()
    {
        var team = new WorkerTeam(4);
        team.Run(new Counting(8, 4), 8);
        team.Dispose();
        team.Dispose();
    }

    [Fact]
    public void Running_allocates_nothing()
    {
        using var team = new WorkerTeam(3);
        var work = new Counting(16, 3);
        for (int i = 0; i < 50; i++) team.Run(work, 16);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 500; i++) team.Run(work, 16);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_team_has_at_least_one_worker() => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(0));
}
