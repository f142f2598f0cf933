namespace Equipoise.Balancing;

/// <summary>Sorts out which outputs take part in a step, keeps the events, and lays out the numbers of those that do.</summary>
internal sealed class TaskFilter(int tasks)
{
    private readonly int[] _active = new int[tasks];
    private readonly double[] _losses = new double[tasks], _squares = new double[tasks], _priorities = new double[tasks], _absent = new double[tasks];
    private readonly double[] _gramian = new double[tasks * tasks], _cross = new double[tasks * tasks];
    private readonly BalancerEvent[] _events = new BalancerEvent[tasks + 2];
    private int _eventCount, _count, _idle;

    /// <summary>What was out of the ordinary.</summary>
    public ReadOnlySpan<BalancerEvent> Events => _events.AsSpan(0, _eventCount);

    /// <summary>Numbers of the outputs that take part.</summary>
    public ReadOnlySpan<int> Active => _active.AsSpan(0, _count);

    /// <summary>Forgets the events.</summary>
    public void ClearEvents() => _eventCount = 0;

    /// <summary>Takes over what another has sorted out.</summary>
    public void Take(ReadOnlySpan<int> active)
    {
        active.CopyTo(_active);
        _count = active.Length;
        _eventCount = 0;
    }

    /// <summary>Whether the output had no label when it was last sorted.</summary>
    public bool WasMasked(int task) => _absent[task] != 0;

    /// <summary>Names the array to save.</summary>
    public void Keep(StateArrays state) => state.Array("absent", _absent);

    /// <summary>Finds the outputs that take part, and lays out what belongs to them without gaps. The others get weight 0, or NaN for the base weight; gives how many these are.</summary>
    public int Sort(in BalancerInput input, bool positive, Span<double> weights)
    {
        int count = 0, idle = 0;
        bool onGradients = !input.Gramian.IsEmpty || input.Gradients is not null;
        for (int k = 0; k < tasks; k++)
        {
            weights[k] = _absent[k] = 0;
            double priority = PriorityOf(in input, k);
            double loss = input.Losses.IsEmpty ? 0 : input.Losses[k];
            double square = !onGradients ? 1 : !input.Gramian.IsEmpty ? input.Gramian[(k * tasks) + k] : 0;
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

            bool flat = square == 0, negative = positive && loss < 0;
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

        _count = count;
        _idle = idle;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                int at = (_active[i] * tasks) + _active[j];
                if (!input.Gramian.IsEmpty) _gramian[(i * count) + j] = input.Gramian[at];
                if (!input.CrossGramian.IsEmpty) _cross[(i * count) + j] = input.CrossGramian[at];
            }
        }

        return idle;
    }

    /// <summary>What the method sees.</summary>
    public ActiveTasks View(in BalancerInput input, Span<float> direction)
    {
        int count = _count;
        return new ActiveTasks
        {
            Tasks = _active.AsSpan(0, count),
            Total = count + _idle,
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

    /// <summary>Adds an event.</summary>
    public void Report(BalancerEventKind kind, int task) => _events[_eventCount++] = new BalancerEvent(kind, task);

    /// <summary>The user's weight.</summary>
    public static double PriorityOf(in BalancerInput input, int task) => input.Priorities.IsEmpty ? 1 : input.Priorities[task];

    /// <summary>Whether the output has a label in this batch.</summary>
    public static bool IsPresent(in BalancerInput input, int task) => input.Present.IsEmpty || input.Present[task];

    // Whether the inner products with those that take part so far are finite.
    private bool Crosses(in BalancerInput input, int task, int count)
    {
        bool finite = true;
        for (int i = 0; i < count; i++)
        {
            int other = _active[i];
            if (!input.Gramian.IsEmpty) finite &= double.IsFinite(input.Gramian[(task * tasks) + other]);
            if (!input.CrossGramian.IsEmpty) finite &= double.IsFinite(input.CrossGramian[(task * tasks) + other] + input.CrossGramian[(other * tasks) + task]);
        }

        if (!input.CrossGramian.IsEmpty) finite &= double.IsFinite(input.CrossGramian[(task * tasks) + task]);
        return finite;
    }
}
