namespace Equipoise.Balancing;

/// <summary>A balancer at work: from what it sees of a step to one weight for each output, or to a combined direction.</summary>
/// <remarks>
/// The edge cases are met here, once for all methods, which therefore are only formulas:
/// <list type="bullet">
/// <item>an output without a label in this batch, with priority 0, or with a loss or gradient that is not finite gets weight 0 and changes no history;</item>
/// <item>an output whose gradient of the shared parameters is zero is left out of the solution and keeps the base weight, so that its own layers go on learning;</item>
/// <item>an output whose loss is negative keeps the base weight in methods that take logarithms of losses;</item>
/// <item>an only output gets its priority, whatever the method;</item>
/// <item>a problem without a solution (no direction improves all outputs) gives base weights, or what the method says.</item>
/// </list>
/// Each of these is told in <see cref="Events"/>. The base weight is 1 for methods that generalise the sum and 1 / outputs for those that generalise the mean, times priority.
/// After the first step nothing is allocated.
/// </remarks>
public abstract class Balancer
{
    private readonly BalancerSettings _settings;
    private readonly TaskFilter _filter;
    private readonly double[] _solution, _held;
    private double _weighings;
    private bool _fresh;

    /// <summary>A balancer for so many outputs.</summary>
    protected Balancer(BalancerSettings settings, int tasks)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, 1);
        if (settings.UpdateEvery < 1) throw new ArgumentException($"UpdateEvery is {settings.UpdateEvery}, but must be at least 1.", nameof(settings));
        _settings = settings;
        Tasks = tasks;
        Needs = settings.Needs;
        _filter = new TaskFilter(tasks);
        _solution = new double[tasks];
        _held = new double[tasks];
    }

    /// <summary>How many outputs there are.</summary>
    public int Tasks { get; }

    /// <summary>What it is given when it computes new weights.</summary>
    public BalancerNeeds Needs { get; }

    /// <summary>What it must be given at the coming step: nothing while weights are held (<see cref="BalancerSettings.UpdateEvery"/>).</summary>
    public BalancerNeeds NeedsNow => Holds ? BalancerNeeds.None : Needs;

    /// <summary>What was out of the ordinary in the last step; empty in most steps.</summary>
    public ReadOnlySpan<BalancerEvent> Events => _filter.Events;

    /// <summary>The weights that the last call gave [outputs]: for whoever shows them without making a step.</summary>
    public ReadOnlySpan<double> LastWeights => _held;

    /// <summary>
    /// The scalar that the method descends, where it has one that is not Σ weight × loss (a smooth maximum, a geometric mean, learned variances); otherwise that sum.
    /// NaN when the step had no losses.
    /// </summary>
    public double Objective { get; protected set; } = double.NaN;

    /// <summary>
    /// What belongs to the objective beside Σ weight × loss: the terms of learned numbers, Σ priority × ½ s for log-variances s, of the outputs that took part. An account of the total shows it
    /// as a line of its own. 0 for methods without <see cref="BalancerSettings.OwnTermName"/>; it keeps its value while weights are held.
    /// </summary>
    public double OwnTerm { get; protected set; }

    private bool Holds => _settings.UpdateEvery > 1 && !_settings.GivesDirection && _weighings % _settings.UpdateEvery != 0;

    /// <summary>Writes the weight of each output [outputs] and, for methods with <see cref="BalancerSettings.GivesDirection"/>, the combined gradient of the shared parameters.</summary>
    /// <param name="input">What there is to see of the step; it must hold all of <see cref="NeedsNow"/>.</param>
    /// <param name="weights">Weight of each output [outputs]. With a direction: what the layers of one output alone receive.</param>
    /// <param name="direction">Combined gradient [length of a gradient], to be subtracted; empty when it is not wanted.</param>
    public void Weigh(in BalancerInput input, Span<double> weights, Span<float> direction = default)
    {
        InputRules.Check(_settings, Tasks, NeedsNow, in input, weights, direction);
        _filter.ClearEvents();
        Objective = double.NaN;
        if (Holds)
        {
            _weighings++;
            _fresh = false;
            for (int k = 0; k < Tasks; k++) weights[k] = !TaskFilter.IsPresent(in input, k) ? 0 : _filter.WasMasked(k) ? BaseWeight(Tasks) * TaskFilter.PriorityOf(in input, k) : _held[k];
            return;
        }

        _weighings++;
        _fresh = true;
        OwnTerm = 0;
        int idle = _filter.Sort(in input, WantsPositiveLosses, weights);
        var tasks = _filter.View(in input, direction);
        for (int k = 0; k < Tasks && idle > 0; k++)
        {
            if (double.IsNaN(weights[k])) weights[k] = BaseWeight(tasks.Total) * TaskFilter.PriorityOf(in input, k);
        }

        Solve(in tasks, in input, weights);
        weights[..Tasks].CopyTo(_held);
    }

    /// <summary>Tells the losses of the same rows after the update; only for methods that need <see cref="BalancerNeeds.LossesAfterStep"/>.</summary>
    /// <param name="losses">Raw loss of each output [outputs]; those that are not finite are left out.</param>
    public void AfterStep(ReadOnlySpan<double> losses)
    {
        if (losses.Length != Tasks) throw new ArgumentException($"There are {losses.Length} losses for {Tasks} outputs.", nameof(losses));
        if (_fresh) Learn(losses);
        _fresh = false;
    }

    /// <summary>Tells the mean raw losses of an epoch that ended.</summary>
    /// <param name="meanLosses">Mean raw loss of each output [outputs].</param>
    /// <param name="scores">A figure of merit of each output [outputs] from 0 (useless) to 1 (perfect), NaN where there is none; empty unless the method needs <see cref="BalancerNeeds.Scores"/>.</param>
    public virtual void EndEpoch(ReadOnlySpan<double> meanLosses, ReadOnlySpan<double> scores = default)
    {
    }

    /// <summary>All that the balancer remembers, as arrays by name; <see cref="Load"/> takes it back and goes on with the same bits.</summary>
    public IReadOnlyDictionary<string, double[]> Save()
    {
        var arrays = new StateArrays([], loading: false);
        KeepAll(arrays);
        return arrays.Values;
    }

    /// <summary>Goes on from what <see cref="Save"/> gave.</summary>
    /// <exception cref="ArgumentException">An array is missing or has another length.</exception>
    public void Load(IReadOnlyDictionary<string, double[]> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        KeepAll(new StateArrays(new Dictionary<string, double[]>(state), loading: true));
    }

    /// <summary>Base weight of one of <paramref name="count"/> outputs: 1 for a sum, 1 / count for a mean.</summary>
    protected virtual double BaseWeight(int count) => 1;

    /// <summary>True when the logarithm or the inverse of losses is taken, so that a negative loss is left out.</summary>
    protected virtual bool WantsPositiveLosses => false;

    /// <summary>True when priorities are part of the formula; otherwise the weights are multiplied with them.</summary>
    protected virtual bool UsesPriorities => false;

    /// <summary>The formula: writes one weight for each of the tasks that take part, and the direction where the method has one.</summary>
    /// <returns>False when the problem has no solution.</returns>
    protected internal abstract bool Solve(in ActiveTasks tasks, Span<double> weights);

    /// <summary>Writes the weights [A] where there is no solution, before priorities: base weights unless the method knows better.</summary>
    protected virtual void FallBack(in ActiveTasks tasks, Span<double> weights) => weights.Fill(BaseWeight(tasks.Count));

    /// <summary>What is learned from the losses after the update [outputs].</summary>
    protected virtual void Learn(ReadOnlySpan<double> losses)
    {
    }

    /// <summary>Names every array that must survive a restart.</summary>
    protected internal virtual void Keep(StateArrays state)
    {
    }

    /// <summary>True when the output took part in the last step.</summary>
    protected bool TookPart(int task) => _filter.Active.Contains(task);

    // For a method around this one: the formula with priorities, for tasks that were sorted out already.
    internal bool WeighActive(in ActiveTasks tasks, Span<double> weights)
    {
        _filter.Take(tasks.Tasks);
        _fresh = true;
        if (!Solve(in tasks, weights)) return false;
        for (int i = 0; i < weights.Length && !UsesPriorities; i++) weights[i] *= tasks.Priorities[i];
        Rescale(in tasks, weights);
        return true;
    }

    private void KeepAll(StateArrays state)
    {
        state.Number("weighings", ref _weighings);
        state.Array("weights", _held);
        _filter.Keep(state);
        Keep(state);
    }

    private void Solve(in ActiveTasks tasks, in BalancerInput input, Span<double> weights)
    {
        int count = tasks.Count;
        var solution = _solution.AsSpan(0, count);
        bool given = true;
        bool alone = Tasks == 1 && Needs != BalancerNeeds.None;
        if (count == 0)
        {
            tasks.Direction.Clear();
        }
        else if (alone)
        {
            _filter.Report(BalancerEventKind.SingleOutput, tasks.Tasks[0]);
            solution[0] = tasks.Priorities[0];
            tasks.Combine(solution);
        }
        else
        {
            given = Solve(in tasks, solution);
            if (given)
            {
                foreach (double weight in solution) given &= double.IsFinite(weight);
            }

            if (!given)
            {
                _filter.Report(BalancerEventKind.Opposed, -1);
                FallBack(in tasks, solution);
            }

            if (!given || !UsesPriorities)
            {
                for (int i = 0; i < count; i++) solution[i] *= tasks.Priorities[i];
            }

            if (!given) tasks.Combine(solution);
            if (given) Rescale(in tasks, solution);
        }

        for (int i = 0; i < count; i++) weights[tasks.Tasks[i]] = solution[i];
        if (double.IsNaN(Objective) && !input.Losses.IsEmpty) Objective = WeightedSum(input.Losses, weights);
    }

    private static double WeightedSum(ReadOnlySpan<double> losses, ReadOnlySpan<double> weights)
    {
        double sum = 0;
        for (int k = 0; k < losses.Length; k++)
        {
            if (weights[k] != 0) sum += weights[k] * losses[k];
        }

        return sum;
    }

    private void Rescale(in ActiveTasks tasks, Span<double> solution)
    {
        double sum = 0, size = 0;
        foreach (double weight in solution)
        {
            sum += weight;
            size += Math.Abs(weight);
        }

        double factor = 1;
        switch (_settings.Rescale)
        {
            case WeightScale.AsPublished:
                return;
            case WeightScale.SumToOne when sum > 1e-12 * size:
                factor = 1 / sum;
                break;
            case WeightScale.SumToTasks when sum > 1e-12 * size:
                factor = tasks.Count / sum;
                break;
            case WeightScale.MeanNorm:
                double norm = Math.Sqrt(Math.Max(GramianMath.Quadratic(tasks.Gramian, solution), 0));
                double mean = Math.Sqrt(Math.Max(GramianMath.Sum(tasks.Gramian), 0)) / tasks.Count;
                if (norm > 0) factor = mean / norm;
                break;
        }

        for (int i = 0; i < solution.Length; i++) solution[i] *= factor;
        var direction = tasks.Direction;
        for (int i = 0; i < direction.Length; i++) direction[i] = (float)(direction[i] * factor);
    }
}
