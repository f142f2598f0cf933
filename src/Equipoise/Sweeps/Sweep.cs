using Equipoise.Configs;
using Equipoise.Engine.Randomness;
using Equipoise.Trials;

namespace Equipoise.Sweeps;

/// <summary>Fills a queue with the trials of a plan: all at once, or a generation when the one before is judged. Everything it does follows from plan and queue, so that it may be ended and begun again at any time.</summary>
public sealed class Sweep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly TrialRunner _runner;
    private readonly ISweepQueue _queue;
    private readonly SweepSampler _sampler;
    private readonly RandomStream _random;

    /// <summary>A sweep over a queue, which may hold trials already.</summary>
    /// <exception cref="ConfigException">The plan does not fit the config: told before the first trial.</exception>
    public Sweep(TrialRunner runner, SweepPlan plan, ISweepQueue queue)
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(queue);
        (_runner, _queue, Plan) = (runner, queue, plan);
        Space = plan.Space(runner.Data.Config);
        Objectives = plan.Objectives(runner.Data.Config);
        _sampler = SweepSampler.Of(plan.Sampler, plan.Population);
        _random = new RandomStream((ulong)plan.Seed).Derive("sweep");
    }

    /// <summary>What is tried.</summary>
    public SweepPlan Plan { get; }

    /// <summary>What varies.</summary>
    public SweepSpace Space { get; }

    /// <summary>What is made better.</summary>
    public IReadOnlyList<SweepObjective> Objectives { get; }

    /// <summary>Trials that there will be at the most, of all seeds, with the config as it is.</summary>
    public int MostTrials => (Plan.Trials + 1) * Plan.Seeds;

    /// <summary>Makes both ends of every range and each value of every choice once, so that a wrong one is told before the first trial.</summary>
    /// <exception cref="ConfigException">A setting is not there, or cannot have a value.</exception>
    public void Check()
    {
        double[] middle = [.. Enumerable.Repeat(0.5, Space.Width)];
        int from = 0;
        foreach (var dimension in Space.Dimensions)
        {
            foreach (double[] level in dimension.Levels(2))
            {
                double[] point = [.. middle];
                level.CopyTo(point, from);
                _runner.Prepare(new Variant(dimension.Label, Changes(point)));
            }
            from += dimension.Width;
        }
    }

    /// <summary>Adds the trials that can be added now, and closes the queue when there are no more.</summary>
    /// <returns>How many trials were added.</returns>
    public int Fill()
    {
        var trials = _queue.Trials();
        var points = trials.GroupBy(t => t.Task.Point).OrderBy(g => g.Key).ToList();
        int tried = points.Count(p => p.Key > 0);
        var tasks = new List<SweepTask>();
        if (points.Count == 0) AddPoint(tasks, 0, 0, [], []);
        var known = points.Where(p => p.Key > 0).Select(Judged).ToList();
        bool waits = _sampler.NeedsResults && known.Any(p => !p.Ended);
        if (waits) return 0;
        IReadOnlyList<double[]> next = tried < Plan.Trials ? _sampler.Next(Space, known, Plan.Trials - tried, _random) : [];
        foreach (double[] point in next) AddPoint(tasks, trials.Count + tasks.Count, ++tried, point, Changes(point));
        if (tasks.Count > 0) _queue.Add(tasks);
        if (next.Count == 0 || tried >= Plan.Trials) _queue.Close();
        return tasks.Count;
    }

    /// <summary>Trains everything here, in this thread.</summary>
    /// <param name="worker">Who trains; of the same queue.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What was found so far.</returns>
    public SweepResult Run(SweepWorker worker, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(worker);
        do
        {
            int news = Fill() + worker.Run(cancellation);
            // Other workers have what is left of a generation.
            if (news == 0 && !_queue.IsClosed) cancellation.WaitHandle.WaitOne(Pause);
        }
        while (!_queue.IsClosed);
        return SweepResult.Of(Objectives, _queue.Trials());
    }

    private void AddPoint(List<SweepTask> tasks, int number, int point, double[] coordinates, IReadOnlyList<ConfigChange> changes)
    {
        for (int s = 0; s < Plan.Seeds; s++) tasks.Add(new SweepTask(number + s, point, _runner.Data.Config.Training.Seed + s, coordinates, changes));
    }

    private IReadOnlyList<ConfigChange> Changes(double[] point) => SweepPlan.Changes(Space, point, _runner.Data.Config);

    private SweepPoint Judged(IGrouping<int, SweepTrial> trials)
    {
        bool ended = trials.All(t => t.Outcome is not null);
        var judged = SweepPointResult.Of(Objectives, trials.Key, [.. trials]);
        return new SweepPoint(trials.First().Task.Coordinates, judged.Counts ? judged.Costs(Objectives) : null, ended);
    }
}
