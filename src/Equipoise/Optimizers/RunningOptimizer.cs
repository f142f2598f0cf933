using Equipoise.Engine.Kernels;

namespace Equipoise.Optimizers;

/// <summary>An optimiser at work: its state, and the updates of the flat parameter vector.</summary>
/// <remarks>
/// One step is <see cref="Begin"/>, then <see cref="Update"/> for slices that cover the flat vector once, in any order and on any thread.
/// The result does not depend on the slicing, to the bit. Nothing is allocated after construction. Tables of which only some rows have a gradient may be handed to <see cref="UpdateRows"/> instead.
/// </remarks>
public abstract class RunningOptimizer
{
    // Updates from one look at which rows are at rest to the next.
    private const int RestEvery = 16;
    private readonly Optimizer _settings;
    private readonly List<(string Name, float[] Values)> _state = [];
    private readonly float[]? _accumulated;
    private readonly float[]? _average;
    private readonly double[] _squares;
    private readonly bool[] _measured;
    private readonly float[] _gradientScale;
    private readonly bool[] _active;
    private readonly bool[] _skipNext;
    private readonly bool[] _frozen;
    private readonly ZeroGradient[] _zeroGradient;             // by block
    private readonly Reach[] _reach;                           // of this update, by block
    private readonly RowMarks?[] _awake;                       // rows of tables that may not be at rest
    private readonly bool[] _byRows;                           // whether these are kept up
    private readonly MissedUpdates?[] _missed;                 // of the rows of tables whose state fades
    private readonly double[] _lastRate;                       // of each block's last update; NaN: unknown
    private float _averageMomentum;
    private bool _overwrite;
    private bool _updates;

    // Which rows of a table an update has to visit.
    private enum Reach : byte { All, Awake, Fading, Marked }

    /// <summary>Called by what runs.</summary>
    protected RunningOptimizer(Optimizer settings, ParameterLayout layout)
    {
        _settings = settings;
        Layout = layout;
        _squares = new double[layout.Blocks.Count];
        _measured = new bool[layout.Blocks.Count];
        _gradientScale = new float[layout.Blocks.Count];
        _active = new bool[layout.Blocks.Count];
        _skipNext = new bool[layout.Blocks.Count];
        _frozen = new bool[layout.Blocks.Count];
        _reach = new Reach[layout.Blocks.Count];
        _byRows = new bool[layout.Blocks.Count];
        _lastRate = new double[layout.Blocks.Count];
        bool moves = settings.AccumulationSteps > 1 || settings.AverageMomentum is not null;
        _zeroGradient = [.. layout.Blocks.Select(b => moves || (settings.WeightDecay != 0 && b.Decays) ? ZeroGradient.Changes : settings.ZeroGradient)];
        _awake = [.. layout.Blocks.Select((b, i) => _zeroGradient[i] == ZeroGradient.KeepsAtRest && b.Shape.Count > 1 && b.Length > 0 ? new RowMarks(b.Length / b.Shape[^1]) : null)];
        _missed = [.. layout.Blocks.Select((b, i) => _zeroGradient[i] == ZeroGradient.FadesState && b.Trainable && b.Shape.Count > 1 && b.Length > 0 ? new MissedUpdates(b.Length / b.Shape[^1]) : null)];
        ForgetParameters();
        if (settings.AccumulationSteps > 1) _accumulated = AddState("accumulated_gradient", layout.Length);
        if (settings.AverageMomentum is not null) _average = AddState("average", layout.Length);
    }

    /// <summary>How the flat vector is cut.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Steps so far: calls of <see cref="Begin"/>. Schedules count these.</summary>
    public long Steps { get; private set; }

    /// <summary>Updates so far: <see cref="Steps"/> / accumulation steps. Bias corrections count these.</summary>
    public long Updates => Steps / _settings.AccumulationSteps;

    /// <summary>Factor upon the schedule, for those who lower the rate while training. Not part of the state: whoever sets it restores it.</summary>
    public double LearningRateFactor { get; set; } = 1;

    /// <summary>Learning rate of the coming step.</summary>
    public double LearningRate => _settings.LearningRate.At(Steps) * LearningRateFactor;

    /// <summary>Blocks of numbers that a checkpoint must keep, beside <see cref="Steps"/>. The arrays are the live ones, but what <see cref="UpdateRows"/> left out is made up only by asking for them: do so after a step, anew each time.</summary>
    public IReadOnlyList<(string Name, float[] Values)> State
    {
        get
        {
            for (int i = 0; i < _missed.Length; i++) CatchUp(i);
            return _state;
        }
    }

    /// <summary>Whether the step needs gradient norms. <see cref="Begin"/> measures them itself, unless <see cref="MeasureNorm"/> was called for all blocks.</summary>
    public bool NeedsNorms => _accumulated is null && (_settings.ClipNorm is not null || _settings.GlobalClipNorm is not null);

    /// <summary>Whether <see cref="Begin"/> reads the gradient. If not, it may be called before the gradient is there, and each slice updated as soon as its own is.</summary>
    public virtual bool ReadsWholeGradient => NeedsNorms || _accumulated is not null;

    /// <summary>Norm of the trainable gradients together (after loss scale and accumulation, before clipping) in the step begun last; NaN if it was not measured.</summary>
    public double GradientNorm { get; private set; } = double.NaN;

    /// <summary>Whether evaluation wants other parameters than training: see <see cref="WriteAverages"/>.</summary>
    public virtual bool Averages => _average is not null;

    /// <summary>Leaves a block out of the coming step, because it has no gradient: neither parameters nor moments nor the average change, and no norm counts it.</summary>
    /// <remarks>A gradient of zeros is something else: moments decay, weight decay and momentum still move the parameters.
    /// Call it before <see cref="MeasureNorm"/>. With accumulation it does nothing: hand in zeros.</remarks>
    public void Skip(int block) => _skipNext[block] = true;

    /// <summary>Leaves a block out of all steps to come, like one that is not trainable: no norm counts it, and its gradient is dropped. Not part of the state: whoever freezes it does so again.</summary>
    public void Freeze(int block) => _frozen[block] = true;

    /// <summary>Measures one block's gradient for the coming step, in place of <see cref="Begin"/>: so that many threads can share it. Only if <see cref="NeedsNorms"/>.</summary>
    /// <param name="block">Index of the block.</param>
    /// <param name="gradient">The whole gradient.</param>
    /// <param name="marks">If the block is a table of whose gradient all but some rows are zero: these rows, which alone are read. The bits are the same.</param>
    public void MeasureNorm(int block, ReadOnlySpan<float> gradient, RowMarks? marks = null)
    {
        var b = Layout.Blocks[block];
        bool counts = b.Trainable && !_skipNext[block] && !_frozen[block];
        var piece = gradient.Slice(b.Offset, b.Length);
        _squares[block] = !counts ? 0 : marks is null ? Reductions.SumOfSquaresDouble(piece) : MarkedRows.SumOfSquaresDouble(piece, marks);
        _measured[block] = true;
    }

    /// <summary>Begins a step: counts it, reads the schedule, measures norms where clipping needs them.</summary>
    /// <param name="gradient">The whole gradient, as <see cref="Update"/> will see it.</param>
    /// <param name="parameters">The parameters before the step.</param>
    public void Begin(ReadOnlySpan<float> gradient, ReadOnlySpan<float> parameters)
    {
        CheckLength(gradient.Length, nameof(gradient));
        CheckLength(parameters.Length, nameof(parameters));
        double learningRate = LearningRate;
        if (Steps == 0)
        {
            if (_average is not null) parameters.CopyTo(_average);
            Initialize(parameters);
        }
        Steps++;
        _updates = Steps % _settings.AccumulationSteps == 0;
        if (_accumulated is not null) Array.Clear(_skipNext);
        for (int i = 0; i < _active.Length; i++) _active[i] = Layout.Blocks[i].Trainable && !_skipNext[i] && !_frozen[i];
        if (!_updates) return;
        if (_accumulated is not null)
        {
            FoldAccumulated(gradient);
            gradient = _accumulated;
        }
        Clip(gradient);
        Array.Clear(_skipNext);
        _averageMomentum = Updates == 1 ? 0 : (float)(_settings.AverageMomentum ?? 0);
        _overwrite = _settings.AverageEvery > 0 && Updates % _settings.AverageEvery == 0;
        for (int i = 0; i < _reach.Length; i++)
        {
            _reach[i] = ReachOf(i, learningRate);
            if (_reach[i] == Reach.All) Wake(i);
            if (!_active[i]) continue;
            _lastRate[i] = learningRate;
            if (_missed[i] is not { Counts: true } missed) continue;
            if (missed.Updates == MissedUpdates.Most) CatchUp(i);
            missed.Begin();
        }
        Prepare(learningRate, gradient, parameters);
    }

    /// <summary>Updates the slice [start, start + length) of the flat vector; it may cross blocks.</summary>
    /// <param name="start">Where the slice begins in the flat vector.</param>
    /// <param name="parameters">The slice of the parameters; changed in place.</param>
    /// <param name="gradient">The same slice of the gradient.</param>
    public void Update(int start, Span<float> parameters, ReadOnlySpan<float> gradient)
    {
        if (parameters.Length != gradient.Length) throw new ArgumentException($"The slice has {parameters.Length} parameters but {gradient.Length} gradients.", nameof(gradient));
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + (long)parameters.Length, Layout.Length, nameof(start));
        int end = start + parameters.Length;
        var blocks = Layout.Blocks;
        for (int i = Layout.BlockAfter(start); i < blocks.Count && blocks[i].Offset < end; i++)
        {
            var block = blocks[i];
            if (!_active[i]) continue;
            Wake(i);
            int from = Math.Max(block.Offset, start);
            int length = Math.Min(block.Offset + block.Length, end) - from;
            if (length > 0) UpdatePiece(i, from, parameters.Slice(from - start, length), gradient.Slice(from - start, length));
        }
    }

    /// <summary>Tells that somebody else may have changed the parameters since the last update, so that the next update visits all of them.</summary>
    public void ForgetParameters()
    {
        Array.Fill(_lastRate, double.NaN);
        for (int i = 0; i < _awake.Length; i++) Wake(i);
    }

    /// <summary>Whether <see cref="UpdateRows"/> may leave out rows of a block as a rule; if not, it updates all rows.</summary>
    public bool LeavesOutRows(int block) => Layout.Blocks[block].Trainable && _zeroGradient[block] != ZeroGradient.Changes;

    /// <summary>Updates rows of a table whose gradient is zero but for some marked rows: in place of <see cref="Update"/> of the same piece, with the same bits. Where the rule allows it, only those rows are touched; the state of others may be made up later.</summary>
    /// <remarks>Which rules allow it: <see cref="Optimizer.ZeroGradient"/>. Pieces that several threads update at once must begin at multiples of 64 rows. A gradient norm or a learning rate that is not finite is spread to all rows, as it always is.</remarks>
    /// <param name="block">Index of the block, the table: its length is that of a row × the number of rows.</param>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="marks">The rows that have a gradient.</param>
    /// <param name="parameters">The whole flat vector of the parameters; changed in place.</param>
    /// <param name="gradient">The whole gradient.</param>
    public void UpdateRows(int block, int firstRow, int rows, RowMarks marks, Span<float> parameters, ReadOnlySpan<float> gradient)
    {
        CheckLength(parameters.Length, nameof(parameters));
        CheckLength(gradient.Length, nameof(gradient));
        int offset = Layout.Blocks[block].Offset, width = Layout.Blocks[block].Length / marks.Rows, end = firstRow + rows;
        if (!_active[block]) return;
        _missed[block]?.Start();
        bool whole = _reach[block] switch
        {
            Reach.All => true,
            Reach.Awake => _awake[block]!.Rows != marks.Rows,
            Reach.Fading => _missed[block]!.Rows != marks.Rows,
            _ => false,
        };
        if (!_updates || whole)
        {
            int start = offset + (firstRow * width);
            UpdatePiece(block, start, parameters.Slice(start, rows * width), gradient.Slice(start, rows * width));
            return;
        }
        var visited = marks;
        if (_reach[block] == Reach.Awake)
        {
            visited = _awake[block]!;
            visited.Add(marks, firstRow, end);
        }
        for (int row = firstRow; visited.Next(ref row, end, out int count); row += count)
        {
            int start = offset + (row * width);
            int next = row + count;
            if (visited.Next(ref next, end, out _)) FetchRow(offset + (next * width), width, parameters, gradient);
            if (_reach[block] == Reach.Fading) CatchUp(block, row, row + count);
            UpdateSegment(block, start, parameters.Slice(start, count * width), gradient.Slice(start, count * width));
        }
        if (_reach[block] == Reach.Awake && (Updates == 1 || Updates % RestEvery == 0)) PutToRest(block, marks, firstRow, end);
    }

    /// <summary>Writes the parameters that evaluation should use: the moving average, where there is one; else the parameters as they are.</summary>
    /// <remarks>The trainer calls it before evaluations, and at the end of training with the parameters as destination, as Keras does.</remarks>
    public void WriteAverages(ReadOnlySpan<float> parameters, Span<float> destination)
    {
        CheckLength(parameters.Length, nameof(parameters));
        CheckLength(destination.Length, nameof(destination));
        parameters.CopyTo(destination);
        if (!Averages || Updates == 0) return;
        foreach (var block in Layout.Blocks)
        {
            if (!block.Trainable) continue;
            if (_average is not null) _average.AsSpan(block.Offset, block.Length).CopyTo(destination[block.Offset..]);
            else WriteAverage(block, destination.Slice(block.Offset, block.Length));
        }
    }

    /// <summary>Goes on from a checkpoint.</summary>
    /// <param name="steps">What <see cref="Steps"/> was.</param>
    /// <param name="state">What <see cref="State"/> was: the same names and lengths, in any order.</param>
    /// <exception cref="ArgumentException">A block is missing, unknown or has another length.</exception>
    public void Restore(long steps, IReadOnlyList<(string Name, float[] Values)> state)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (state.Count != _state.Count || !_state.All(own => state.Any(s => s.Name == own.Name && s.Values.Length == own.Values.Length)))
        {
            string Text(IEnumerable<(string Name, float[] Values)> blocks) => string.Join(", ", blocks.Select(b => $"{b.Name} [{b.Values.Length}]"));
            throw new ArgumentException($"{_settings.GetType().Name} keeps the state {Text(_state)}, but the checkpoint has {Text(state)}.", nameof(state));
        }
        foreach (var (name, values) in _state) state.First(s => s.Name == name).Values.CopyTo(values, 0);
        foreach (var missed in _missed) missed?.Reset();
        Steps = steps;
        ForgetParameters();
    }

    /// <summary>Adds a block of state.</summary>
    protected float[] AddState(string name, int length, float initial = 0)
    {
        var values = new float[length];
        if (initial != 0) Array.Fill(values, initial);
        _state.Add((name, values));
        return values;
    }

    /// <summary>Called once, before the first step, with the parameters as they begin.</summary>
    protected virtual void Initialize(ReadOnlySpan<float> parameters)
    {
    }

    /// <summary>Called by <see cref="Begin"/> of a step that updates; <see cref="Updates"/> is the number of this update, from 1.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="gradient">The gradient before scaling and clipping: see <see cref="PreparationOf"/>.</param>
    /// <param name="parameters">The parameters before weight decay.</param>
    protected abstract void Prepare(double learningRate, ReadOnlySpan<float> gradient, ReadOnlySpan<float> parameters);

    /// <summary>Updates a piece of one block: weight decay and the rule.</summary>
    /// <param name="block">Index of the block.</param>
    /// <param name="start">Where the piece begins in the flat vector.</param>
    /// <param name="parameters">The piece of the parameters.</param>
    /// <param name="gradient">The piece of the gradient, before scaling and clipping.</param>
    protected abstract void UpdateBlock(int block, int start, Span<float> parameters, ReadOnlySpan<float> gradient);

    /// <summary>Makes of the state of a piece what so many updates with a gradient of zero would have made of it, one after the other: asked only of rules with <see cref="ZeroGradient.FadesState"/>. Different pieces on different threads.</summary>
    /// <param name="start">Where the piece begins in the flat vector.</param>
    /// <param name="length">Its length.</param>
    /// <param name="updates">How many updates, at least one.</param>
    protected virtual void Fade(int start, int length, int updates)
        => throw new NotSupportedException($"{_settings.GetType().Name} says {nameof(ZeroGradient.FadesState)}; so what runs it has to override {nameof(Fade)}.");

    /// <summary>Turns trained parameters of a block into those for evaluation, where the rule itself averages.</summary>
    protected virtual void WriteAverage(ParameterBlock block, Span<float> parameters)
    {
    }

    /// <summary>Whether this step changes the block.</summary>
    protected bool IsActive(int block) => _active[block];

    /// <summary>How this step scales and clips the gradient of a block.</summary>
    protected GradientPreparation PreparationOf(int block) => new(_gradientScale[block], (float)(_settings.ClipValue ?? double.PositiveInfinity));

    private Reach ReachOf(int block, double learningRate)
    {
        float rate = (float)(learningRate * Layout.Blocks[block].LearningRateScale);
        if (!float.IsFinite(_gradientScale[block]) || !float.IsFinite(rate) || rate < 0) return Reach.All;
        return _zeroGradient[block] switch
        {
            ZeroGradient.Keeps => Reach.Marked,
            ZeroGradient.KeepsAtSameRate => rate > 0 && learningRate == _lastRate[block] ? Reach.Marked : Reach.All,
            ZeroGradient.KeepsAtRest => _awake[block] is null ? Reach.All : Reach.Awake,
            ZeroGradient.FadesState => _missed[block] is { Counts: true } && !double.IsNaN(_lastRate[block]) ? Reach.Fading : Reach.All,
            _ => Reach.All,
        };
    }

    // All rows count as awake, until an update by rows finds out.
    private void Wake(int block)
    {
        if (!_byRows[block]) return;
        _byRows[block] = false;
        _awake[block]?.MarkAll();
    }

    private void PutToRest(int block, RowMarks marks, int firstRow, int end)
    {
        var awake = _awake[block]!;
        int offset = Layout.Blocks[block].Offset, width = Layout.Blocks[block].Length / awake.Rows;
        _byRows[block] = true;
        for (int row = firstRow; awake.Next(ref row, end, out int count); row += count)
        {
            for (int r = row; r < row + count; r++)
            {
                if (!marks.IsMarked(r) && IsAtRest(offset + (r * width), width)) awake.Unmark(r);
            }
        }
    }

    // The rows that are visited lie far apart: the next one comes while this one is updated (a thirtieth off the step of a model with two tables of 10,000 rows).
    private void FetchRow(int start, int width, ReadOnlySpan<float> parameters, ReadOnlySpan<float> gradient)
    {
        CacheLines.Fetch(parameters.Slice(start, width));
        CacheLines.Fetch(gradient.Slice(start, width));
        for (int i = 0; i < _state.Count; i++) CacheLines.Fetch(_state[i].Values.AsSpan(start, width));
    }

    private bool IsAtRest(int start, int length)
    {
        for (int i = 0; i < _state.Count; i++)
        {
            if (_state[i].Values.AsSpan(start, length).ContainsAnyExcept(0)) return false;
        }
        return true;
    }

    // After a step: all rows have seen it.
    private void CatchUp(int block)
    {
        if (_missed[block] is not { Counts: true } missed) return;
        missed.Begin();                                        // as though before the next one
        CatchUp(block, 0, missed.Rows);
        missed.Reset();
    }

    // In a step, before these rows are updated.
    private void CatchUp(int block, int firstRow, int end)
    {
        var missed = _missed[block]!;
        int offset = Layout.Blocks[block].Offset, width = Layout.Blocks[block].Length / missed.Rows;
        for (int row = firstRow; row < end; row++)
        {
            int updates = missed.CatchUp(row);
            if (updates > 0) Fade(offset + (row * width), width, updates);
        }
    }

    // Some of a block, which may begin and end within a row: another thread may have the rest of that.
    private void UpdatePiece(int block, int start, Span<float> parameters, ReadOnlySpan<float> gradient)
    {
        if (_missed[block] is { Counts: true } missed)
        {
            int first = start - Layout.Blocks[block].Offset, width = Layout.Blocks[block].Length / missed.Rows;
            lock (missed.Gate) CatchUp(block, first / width, (first + parameters.Length + width - 1) / width);
        }
        UpdateSegment(block, start, parameters, gradient);
    }

    private void UpdateSegment(int block, int start, Span<float> parameters, ReadOnlySpan<float> gradient)
    {
        if (_accumulated is not null)
        {
            var accumulated = _accumulated.AsSpan(start, parameters.Length);
            if (_updates)
            {
                UpdateBlock(block, start, parameters, accumulated);
                accumulated.Clear();
            }
            else
            {
                for (int i = 0; i < accumulated.Length; i++) accumulated[i] += gradient[i];
                return;
            }
        }
        else
        {
            UpdateBlock(block, start, parameters, gradient);
        }
        if (_average is not null) Average(parameters, _average.AsSpan(start, parameters.Length));
    }

    private void Average(Span<float> parameters, Span<float> average)
    {
        float keep = _averageMomentum, take = 1 - keep;
        for (int i = 0; i < average.Length; i++) average[i] = (keep * average[i]) + (take * parameters[i]);
        if (_overwrite) average.CopyTo(parameters);
    }

    private void FoldAccumulated(ReadOnlySpan<float> gradient)
    {
        float count = _settings.AccumulationSteps;
        for (int i = 0; i < _accumulated!.Length; i++) _accumulated[i] = (_accumulated[i] + gradient[i]) / count;
    }

    private void Clip(ReadOnlySpan<float> gradient)
    {
        double scale = 1 / _settings.LossScale;
        GradientNorm = double.NaN;
        if (_settings.ClipNorm is null && _settings.GlobalClipNorm is null)
        {
            Array.Fill(_gradientScale, (float)scale);
            return;
        }
        double total = 0;
        for (int i = 0; i < _squares.Length; i++)
        {
            if (!_measured[i] || _accumulated is not null) MeasureNorm(i, gradient);
            _measured[i] = false;
            total += _squares[i];
        }
        GradientNorm = Math.Sqrt(total) * scale;
        for (int i = 0; i < _squares.Length; i++)
        {
            double factor = _settings.GlobalClipNorm is { } global
                ? Factor(GradientNorm, global)
                : Factor(Math.Sqrt(_squares[i]) * scale, _settings.ClipNorm!.Value);
            _gradientScale[i] = (float)(scale * factor);
        }
    }

    // A norm that is not finite spoils the step openly: NaN rather than a silent zero.
    private static double Factor(double norm, double greatest) => double.IsFinite(norm) ? greatest / Math.Max(norm, greatest) : double.NaN;

    private void CheckLength(int length, string name)
    {
        if (length != Layout.Length) throw new ArgumentException($"The flat vector has {Layout.Length} numbers, but {length} were given.", name);
    }
}
