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
    private readonly int[] _active;
    private readonly double[] _losses, _gramian, _cross, _squares, _priorities, _solution, _held, _absent;
    private readonly BalancerEvent[] _events;
    private int _eventCount, _activeCount, _idleCount;
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
        _active = new int[tasks];
        _losses = new double[tasks];
        _gramian = new double[tasks * tasks];
        _cross = new double[tasks * tasks];
        _squares = new double[tasks];
        _priorities = new double[tasks];
        _solution = new double[tasks];
        _held = new double[tasks];
        _absent = new double[tasks];
        _events = new BalancerEvent[(2 * tasks) + 2];
    }

    /// <summary>How many outputs there are.</summary>
    public int Tasks { get; }

    /// <summary>What it is given when it computes new weights.</summary>
    public BalancerNeeds Needs { get; }

    /// <summary>What it must be given at the coming step: nothing while weights are held (<see cref="BalancerSettings.UpdateEvery"/>).</summary>
    public BalancerNeeds NeedsNow => Holds ? BalancerNeeds.None : Needs;

    /// <summary>What was out of the ordinary in the last step; empty in most steps.</summary>
    public ReadOnlySpan<BalancerEvent> Events => _events.AsSpan(0, _eventCount);

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
        CheckInput(in input, weights, direction);
        _eventCount = 0;
        Objective = double.NaN;
        if (Holds)
        {
            _weighings++;
            _fresh = false;
            for (int k = 0; k < Tasks; k++) weights[k] = !IsPresent(in input, k) ? 0 : _absent[k] == 0 ? _held[k] : BaseWeight(Tasks) * PriorityOf(in input, k);
            return;
        }

        _weighings++;
        _fresh = true;
        OwnTerm = 0;
        Gather(in input, weights);
        var tasks = View(in input, direction);
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
    protected bool TookPart(int task) => _active.AsSpan(0, _activeCount).Contains(task);

    // For a method around this one: the formula with priorities, for tasks that were sorted out already.
    internal bool WeighActive(in ActiveTasks tasks, Span<double> weights)
    {
        _eventCount = 0;
        _fresh = true;
        _activeCount = tasks.Count;
        tasks.Tasks.CopyTo(_active);
        if (!Solve(in tasks, weights)) return false;
        for (int i = 0; i < weights.Length && !UsesPriorities; i++) weights[i] *= tasks.Priorities[i];
        Rescale(in tasks, weights);
        return true;
    }

    private void KeepAll(StateArrays state)
    {
        state.Number("weighings", ref _weighings);
        state.Array("weights", _held);
        state.Array("absent", _absent);
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
            Report(BalancerEventKind.SingleOutput, tasks.Tasks[0]);
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
                Report(BalancerEventKind.Opposed, -1);
                FallBack(in tasks, solution);
            }

            if (!given || !UsesPriorities)
            {
                for (int i = 0; i < count; i++) solution[i] *= tasks.Priorities[i];
            }

            if (!given) tasks.Combine(solution);
            if (given) Rescale(in tasks, solution);
        }

        for (int i = 0; i < count; i++) weights[_active[i]] = solution[i];
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

    private ActiveTasks View(in BalancerInput input, Span<float> direction)
    {
        int count = _activeCount;
        return new ActiveTasks
        {
            Tasks = _active.AsSpan(0, count),
            Total = count + _idleCount,
            Losses = input.Losses.IsEmpty ? [] : _losses.AsSpan(0, count),
            Gramian = input.Gramian.IsEmpty ? [] : _gramian.AsSpan(0, count * count),
            CrossGramian = input.CrossGramian.IsEmpty ? [] : _cross.AsSpan(0, count * count),
            SquaredNorms = _squares.AsSpan(0, count),
            Priorities = _priorities.AsSpan(0, count),
            Gradients = input.Gradients,
            Direction = direction,
            Step = input.Step,
            Epoch = input.Epoch,
            Seed = input.Seed,
        };
    }

    // Finds the outputs that take part, and lays out what belongs to them without gaps. The others get their weight here.
    private void Gather(in BalancerInput input, Span<double> weights)
    {
        int count = 0, idle = 0;
        bool onGradients = !input.Gramian.IsEmpty || input.Gradients is not null;
        for (int k = 0; k < Tasks; k++)
        {
            weights[k] = _absent[k] = 0;
            double priority = PriorityOf(in input, k);
            double loss = input.Losses.IsEmpty ? 0 : input.Losses[k];
            double square = !onGradients ? 1 : !input.Gramian.IsEmpty ? input.Gramian[(k * Tasks) + k] : 0;
            if (priority == 0) continue;
            if (!IsPresent(in input, k))
            {
                Report(BalancerEventKind.Masked, k);
                _absent[k] = 1;
                continue;
            }

            if (onGradients && input.Gramian.IsEmpty) square = GramianMath.Square(input.Gradients![k]);
            if (!double.IsFinite(loss) || !double.IsFinite(square) || square < 0 || !Crosses(in input, k, count))
            {
                Report(BalancerEventKind.NotFinite, k);
                continue;
            }

            bool flat = square == 0, negative = WantsPositiveLosses && loss < 0;
            if (flat || negative)
            {
                Report(flat ? BalancerEventKind.ZeroGradient : BalancerEventKind.NegativeLoss, k);
                weights[k] = double.NaN;                       // the base weight, known when the others are counted
                idle++;
                continue;
            }

            _active[count] = k;
            _losses[count] = loss;
            _squares[count] = square;
            _priorities[count] = priority;
            count++;
        }

        _activeCount = count;
        _idleCount = idle;
        if (idle > 0)
        {
            double weight = BaseWeight(count + idle);
            for (int k = 0; k < Tasks; k++)
            {
                if (double.IsNaN(weights[k])) weights[k] = weight * PriorityOf(in input, k);
            }
        }

        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                int at = (_active[i] * Tasks) + _active[j];
                if (!input.Gramian.IsEmpty) _gramian[(i * count) + j] = input.Gramian[at];
                if (!input.CrossGramian.IsEmpty) _cross[(i * count) + j] = input.CrossGramian[at];
            }
        }
    }

    // Whether the inner products with those that take part so far are finite.
    private bool Crosses(in BalancerInput input, int task, int count)
    {
        bool finite = true;
        for (int i = 0; i < count; i++)
        {
            int other = _active[i];
            if (!input.Gramian.IsEmpty) finite &= double.IsFinite(input.Gramian[(task * Tasks) + other]);
            if (!input.CrossGramian.IsEmpty) finite &= double.IsFinite(input.CrossGramian[(task * Tasks) + other] + input.CrossGramian[(other * Tasks) + task]);
        }

        if (!input.CrossGramian.IsEmpty) finite &= double.IsFinite(input.CrossGramian[(task * Tasks) + task]);
        return finite;
    }

    private static double PriorityOf(in BalancerInput input, int task) => input.Priorities.IsEmpty ? 1 : input.Priorities[task];

    private static bool IsPresent(in BalancerInput input, int task) => input.Present.IsEmpty || input.Present[task];

    private void Report(BalancerEventKind kind, int task) => _events[_eventCount++] = new BalancerEvent(kind, task);

    private void CheckInput(in BalancerInput input, Span<double> weights, Span<float> direction)
    {
        var needs = NeedsNow;
        if (weights.Length != Tasks) throw new ArgumentException($"There is room for {weights.Length} weights, but there are {Tasks} outputs.", nameof(weights));
        CheckLength("Losses", input.Losses.Length, Tasks, (needs & BalancerNeeds.Losses) != 0);
        CheckLength("Gramian", input.Gramian.Length, Tasks * Tasks, (needs & BalancerNeeds.Gramian) != 0);
        CheckLength("CrossGramian", input.CrossGramian.Length, Tasks * Tasks, (needs & BalancerNeeds.CrossGramian) != 0);
        CheckLength("Priorities", input.Priorities.Length, Tasks, needed: false);
        CheckLength("Present", input.Present.Length, Tasks, needed: false);
        foreach (double priority in input.Priorities)
        {
            if (!(priority >= 0) || double.IsInfinity(priority)) throw new ArgumentException($"A priority is {priority}, but must be finite and at least 0.", nameof(input));
        }

        bool wantsGradients = (needs & BalancerNeeds.Gradients) != 0;
        if (wantsGradients && input.Gradients is null) throw new ArgumentException($"{_settings.GetType().Name} needs the gradient of each output, but Gradients is null.", nameof(input));
        if (input.Gradients is { } gradients && gradients.Tasks != Tasks) throw new ArgumentException($"There are gradients of {gradients.Tasks} outputs, but {Tasks} outputs.", nameof(input));
        if (direction.IsEmpty && _settings.GivesDirection) throw new ArgumentException($"{_settings.GetType().Name} gives a direction, so that room for one is needed.", nameof(direction));
        if (!direction.IsEmpty && (input.Gradients is null || direction.Length != input.Gradients.Length))
        {
            throw new ArgumentException($"The direction has {direction.Length} numbers, but a gradient has {input.Gradients?.Length ?? 0}.", nameof(direction));
        }
    }

    private void CheckLength(string name, int length, int wanted, bool needed)
    {
        if (length == wanted || (length == 0 && !needed)) return;
        throw new ArgumentException($"{_settings.GetType().Name} with {Tasks} outputs wants {wanted} numbers in {name}, but there are {length}.", name);
    }
}
