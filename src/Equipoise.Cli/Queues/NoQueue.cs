using Equipoise.Sweeps;

namespace Equipoise.Cli.Queues;

/// <summary>A queue that never has anything: to look at a plan before there is a folder.</summary>
internal sealed class NoQueue : ISweepQueue
{
    public bool IsClosed => true;

    public void Add(IReadOnlyList<SweepTask> tasks) => throw new NotSupportedException();

    public void Close() => throw new NotSupportedException();

    public void Reopen() => throw new NotSupportedException();

    public SweepTask? Claim(string worker, TimeSpan lease) => null;

    public bool Renew(string worker, int number, TimeSpan lease) => false;

    public void Report(SweepReport report) => throw new NotSupportedException();

    public IReadOnlyList<SweepReport> Reports(int epoch, int seed) => [];

    public bool Finish(string worker, int number, SweepOutcome outcome) => false;

    public void Release(string worker, bool died)
    {
    }

    public IReadOnlyList<SweepTrial> Trials() => [];

    public void Dispose()
    {
    }
}
