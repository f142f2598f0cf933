using System.Diagnostics;
using Equipoise.Engine.Compilation;

namespace Equipoise.Engine.Profiling;

/// <summary>Where the time of training steps goes: processor time of each node and phase, summed over threads and steps.</summary>
/// <remarks>
/// Give it to an executor (<see cref="Execution.Executor.Profile"/>) before the first batch. Each entry costs two looks at the clock, some 50 ns, so small steps become a little slower.
/// Times are in seconds of one thread: with n threads a step of t seconds has n × t to account for. Adding is safe from several threads as long as each has its own number.
/// </remarks>
public sealed class StepProfile
{
    private static readonly int _phases = Enum.GetValues<StepPhase>().Length;
    private readonly NodeCost[] _costs;
    private readonly long[][] _ticks;                          // by worker: [node or whole step][phase]

    /// <summary>A profile of a plan run by so many workers.</summary>
    public StepProfile(Plan plan, int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        _costs = [.. plan.NodePlans.Select(n => new NodeCost(n))];
        _ticks = [.. Enumerable.Range(0, workers).Select(_ => new long[(_costs.Length + 1) * _phases])];
    }

    /// <summary>How many threads took part.</summary>
    public int Workers { get; }

    /// <summary>Steps measured.</summary>
    public long Steps { get; private set; }

    /// <summary>Rows of these steps.</summary>
    public long Rows { get; private set; }

    /// <summary>Seconds from the beginning of each step to its end, summed.</summary>
    public double Seconds { get; private set; }

    /// <summary>The clock, to be handed to <see cref="Add(StepPhase, long, int)"/> later.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Adds the time since a moment to a phase of the whole step.</summary>
    public void Add(StepPhase phase, long since, int worker = 0) => Add(_costs.Length, phase, since, worker);

    /// <summary>Ends a step.</summary>
    /// <param name="rows">Rows of its batch.</param>
    /// <param name="since">When it began, as of <see cref="Now"/>.</param>
    public void EndStep(int rows, long since)
    {
        Steps++;
        Rows += rows;
        Seconds += Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    /// <summary>Forgets what was measured, as after steps that warm up.</summary>
    public void Clear()
    {
        foreach (long[] ticks in _ticks) Array.Clear(ticks);
        (Steps, Rows, Seconds) = (0, 0, 0);
    }

    /// <summary>All entries that took time: nodes in the order of the forward pass, each phase by phase, then the phases of the whole step and the rest.</summary>
    public IReadOnlyList<ProfileEntry> Entries()
    {
        var entries = new List<ProfileEntry>();
        double accounted = 0;
        for (int n = 0; n <= _costs.Length; n++)
        {
            for (int p = 0; p < _phases; p++)
            {
                double seconds = _ticks.Sum(t => t[(n * _phases) + p]) / (double)Stopwatch.Frequency;
                if (seconds == 0) continue;
                accounted += seconds;
                var phase = (StepPhase)p;
                entries.Add(n < _costs.Length
                    ? new ProfileEntry(_costs[n].Name, _costs[n].Kind, phase, seconds, _costs[n].Operations(phase) * (double)Rows)
                    : new ProfileEntry(null, null, phase, seconds, 0));
            }
        }
        entries.Add(new ProfileEntry(null, null, StepPhase.Rest, Math.Max(0, (Seconds * Workers) - accounted), 0));
        return entries;
    }

    internal void Add(int node, StepPhase phase, long since, int worker) => _ticks[worker][(node * _phases) + (int)phase] += Now - since;

    private sealed class NodeCost(Execution.NodePlan plan)
    {
        private readonly long _work = plan.Operation.Parameters.Count > 0 ? plan.Operation.Work(plan.Node.Shapes) : 0;

        public string Name { get; } = plan.Node.Name;

        public string Kind { get; } = plan.Operation.Kind;

        public long Operations(StepPhase phase) => phase switch
        {
            StepPhase.Forward or StepPhase.Backward or StepPhase.Parameters => _work,
            _ => 0,
        };
    }
}
