using System.Runtime.ExceptionServices;

namespace Equipoise.Engine.Execution;

/// <summary>Long-lived threads that do the items of one piece of work together with the caller: one fork and join, no garbage.</summary>
/// <remarks>Items are claimed one by one, so a slow or interrupted worker delays the others by one item at most. Waiting workers spin, then yield, then sleep.</remarks>
public sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeYield = 2_000;
    private const int YieldsBeforeSleep = 200;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private ITeamWork? _work;
    private int _items;
    private long _claims;                                     // high half: number of the job; low half: items not yet claimed
    private int _completed;
    private int _sleepers;
    private volatile bool _stopped;
    private ExceptionDispatchInfo? _failure;

    /// <summary>A team of so many workers, the caller's thread included.</summary>
    public WorkerTeam(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
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
        _items = items;
        _failure = null;
        Volatile.Write(ref _completed, 0);
        long job = (Volatile.Read(ref _claims) >> 32) + 1;
        Interlocked.Exchange(ref _claims, (job << 32) | (uint)items);
        int sleepers = Volatile.Read(ref _sleepers);
        if (sleepers > 0) _wake.Release(Math.Min(sleepers, items - 1));
        while (TryClaim(out int item)) Do(item, 0);
        var spinner = new SpinWait();
        while (Volatile.Read(ref _completed) < items) spinner.SpinOnce(sleep1Threshold: -1);
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

    // A claim that succeeds belongs to a job whose item is not done, so its work stays in place until it is.
    private bool TryClaim(out int item)
    {
        while (true)
        {
            long claims = Volatile.Read(ref _claims);
            int left = (int)(uint)claims;
            if (left == 0)
            {
                item = -1;
                return false;
            }
            if (Interlocked.CompareExchange(ref _claims, claims - 1, claims) != claims) continue;
            item = _items - left;
            return true;
        }
    }

    private void Do(int item, int worker)
    {
        try
        {
            _work!.Do(item, worker);
        }
        catch (Exception problem)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(problem), null);
        }
        Interlocked.Increment(ref _completed);
    }

    private void Serve(int worker)
    {
        int idle = 0;
        while (!_stopped)
        {
            if (TryClaim(out int item))
            {
                Do(item, worker);
                idle = 0;
                continue;
            }
            idle++;
            if (idle < SpinsBeforeYield) Thread.SpinWait(8);
            else if (idle < SpinsBeforeYield + YieldsBeforeSleep) Thread.Yield();
            else
            {
                Sleep();
                idle = 0;
            }
        }
    }

    private void Sleep()
    {
        Interlocked.Increment(ref _sleepers);
        // Work published before the count was raised would not wake us: look once more.
        if ((uint)Volatile.Read(ref _claims) == 0 && !_stopped) _wake.Wait(TimeSpan.FromMilliseconds(50));
        Interlocked.Decrement(ref _sleepers);
    }
}
