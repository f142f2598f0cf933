namespace Equipoise.Sweeps;

/// <summary>Where the trials of a sweep wait for workers, which may be several processes, and where results are kept. Each call is one transaction; any thread may call.</summary>
/// <remarks>
/// A worker has a trial by a lease, which it renews while it trains. A trial whose lease is over may be claimed by another; then the first one can no longer finish it. So a trial whose worker died is begun again, one that is ended
/// never is, and no trial has two results.
/// </remarks>
public interface ISweepQueue : IDisposable
{
    /// <summary>Whether all trials have been added: a worker that finds nothing to do may go.</summary>
    bool IsClosed { get; }

    /// <summary>Adds trials, all or none.</summary>
    void Add(IReadOnlyList<SweepTask> tasks);

    /// <summary>Says that no more trials come.</summary>
    void Close();

    /// <summary>Says that more trials may come.</summary>
    void Reopen();

    /// <summary>Takes the first trial that waits or whose lease is over.</summary>
    /// <param name="worker">Who takes it.</param>
    /// <param name="lease">How long it may be silent.</param>
    /// <returns>The trial; null: there is none now.</returns>
    SweepTask? Claim(string worker, TimeSpan lease);

    /// <summary>Renews a lease.</summary>
    /// <returns>Whether the trial still is this worker's.</returns>
    bool Renew(string worker, int number, TimeSpan lease);

    /// <summary>Keeps the objectives of a trial after an epoch.</summary>
    void Report(SweepReport report);

    /// <summary>The objectives of all trials with a seed after an epoch.</summary>
    IReadOnlyList<SweepReport> Reports(int epoch, int seed);

    /// <summary>Ends a trial.</summary>
    /// <returns>Whether it was this worker's; if not, nothing is changed.</returns>
    bool Finish(string worker, int number, SweepOutcome outcome);

    /// <summary>Gives back what a worker has not finished, to be begun again at once.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="died">Whether it died over it, which counts as an attempt.</param>
    void Release(string worker, bool died);

    /// <summary>All trials, by number.</summary>
    IReadOnlyList<SweepTrial> Trials();
}
