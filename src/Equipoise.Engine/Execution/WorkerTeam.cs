using System.Runtime.ExceptionServices;

namespace Equipoise.Engine.Execution;

/// <summary>Long-lived threads that do the items of one piece of work together with the caller: one fork and join, no garbage.</summary>
/// <remarks>
/// Worker w of n begins with the items w, w + n, w + 2n, ..., so that from step to step the same numbers stay in the cache of the same processor; whoever is done
/// takes items of the others, from their end, so a slow or interrupted worker delays the rest by one item at most. Waiting threads spin (some 40 µs), then yield, and workers at last sleep.
/// </remarks>
public sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeYield = 1_000;
    private const int YieldsBeforeSleep = 2_000;
    private const int SlotStride = 16;                         // longs: two cache lines, which some processors fetch in pairs

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly long[] _slots;                            // of each worker: high half its next own item, low half the end of those not claimed
    private ITeamWork? _work;
    private int _job;
    private int _completed;
    private int _sleepers;
    private volatile bool _stopped;
    private ExceptionDispatchInfo? _failure;

    /// <summary>A team of so many workers, the caller's thread included.</summary>
    public WorkerTeam(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        _slots = new long[(workers + 1) * SlotStride];
        _threads = new Thread[workers - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"Equipoise worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>How many workers, the caller's thread included.</summary>
    public int Workers { get; }

    /// <summary>Does all items and returns when the last is done. An exception of any item is thrown here. Not to be called by two threads at once.</summary>
    public void Run(ITeamWork work, int items)
    {
        if (items <= 0) return;
        if (_threads.Length == 0 || items == 1)
        {
            for (int i = 0; i < items; i++) work.Do(i, 0);
            return;
        }
        _work = work;
        _failure = null;
        Volatile.Write(ref _completed, 0);
        for (int w = 0; w < Workers; w++) Volatile.Write(ref Slot(w), (items - w + Workers - 1) / Workers);
        Interlocked.Increment(ref _job);
        int sleepers = Volatile.Read(ref _sleepers);
        if (sleepers > 0) _wake.Release(Math.Min(sleepers, items - 1));
        DoItems(0);
        for (int spins = 0; Volatile.Read(ref _completed) < items; spins++)
        {
            if (spins < SpinsBeforeYield) Thread.SpinWait(1);
            else Thread.Yield();
        }
        _work = null;
        _failure?.Throw();
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (_stopped) return;
        _stopped = true;
        _wake.Release(Math.Max(1, _threads.Length));
        foreach (var thread in _threads) thread.Join();
        _wake.Dispose();
    }

    private ref long Slot(int worker) => ref _slots[(worker + 1) * SlotStride];

    // Counted once at the end: the job is not over, and its work stays in place, until whoever claimed an item has said so.
    private void DoItems(int worker)
    {
        int done = 0;
        while (TryClaim(worker, out int item))
        {
            try
            {
                _work!.Do(item, worker);
            }
            catch (Exception problem)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(problem), null);
            }
            done++;
        }
        if (done > 0) Interlocked.Add(ref _completed, done);
    }

    private bool TryClaim(int worker, out int item)
    {
        for (int i = 0; i < Workers; i++)
        {
            int owner = (worker + i) % Workers;
            ref long slot = ref Slot(owner);
            while (true)
            {
                // Whatever the exchange finds unchanged is as good as new, even if another job came by in between: the item is made of the very number exchanged.
                long claims = Volatile.Read(ref slot);
                int next = (int)(claims >> 32), end = (int)claims;
                if (next >= end) break;
                if (Interlocked.CompareExchange(ref slot, i == 0 ? claims + (1L << 32) : claims - 1, claims) != claims) continue;
                item = owner + (Workers * (i == 0 ? next : end - 1));
                return true;
            }
        }
        item = -1;
        return false;
    }

    private void Serve(int worker)
    {
        int idle = 0, seen = 0;
        while (!_stopped)
        {
            int job = Volatile.Read(ref _job);
            if (job != seen)
            {
                DoItems(worker);
                (seen, idle) = (job, 0);
                continue;
            }
            idle++;
            if (idle < SpinsBeforeYield) Thread.SpinWait(1);
            else if (idle < SpinsBeforeYield + YieldsBeforeSleep) Thread.Yield();
            else
            {
                Sleep(seen);
                idle = 0;
            }
        }
    }

    private void Sleep(int seen)
    {
        Interlocked.Increment(ref _sleepers);
        // Work published before the count was raised would not wake us: look once more.
        if (Volatile.Read(ref _job) == seen && !_stopped) _wake.Wait(TimeSpan.FromMilliseconds(50));
        Interlocked.Decrement(ref _sleepers);
    }
}
