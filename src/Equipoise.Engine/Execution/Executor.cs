using System.Runtime.CompilerServices;
using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Passes;
using Equipoise.Engine.Profiling;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Execution;

/// <summary>Buffers and threads that run a plan. Not for several threads at once; make an executor for each.</summary>
/// <remarks>Results are the same, bit for bit, for any number of workers. After the first batch of the largest size nothing is allocated.</remarks>
public sealed unsafe class Executor : IDisposable, ITeamWork
{
    // Below about this many operations a pass is quicker on one thread.
    private const long LeastParallelWork = 20_000;

    private readonly WorkerTeam _team;
    private readonly NativeFloats _batch;
    private readonly NativeFloats _statistics;
    private readonly BlockMemory[] _blocks;
    private readonly int[] _blockRows;                         // the most rows a block, for each pass
    private readonly InputMemory?[] _inputs;
    private readonly BlockCuts _cuts;
    private readonly PackingWork _packing;
    private readonly GradientHalves? _halves;
    private readonly SharedProducts _products;
    private readonly ParameterTiles _tiles;
    private readonly int _portionRows;                         // the most rows that go through all passes together
    private readonly RandomStream _seed;
    private readonly long _rowWork;
    private RandomStream _random;
    private GradientSweep? _sweep;                             // the backward of one output; null for that of all
    private GradientSweep[]? _sweeps;                          // those of all outputs at once, in planes
    private CotangentPlanes? _planes;
    private bool _sharesProducts;                              // in the pass at hand
    private IRowWork? _caller;
    private PlanPass? _pass;
    private int _firstRow;                                     // of the portion at hand
    private int _rows;

    /// <summary>Makes the buffers.</summary>
    public Executor(Plan plan, ParameterStore store, ExecutorOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1);
        Plan = plan;
        Store = store;
        _team = options.Team;
        _seed = new RandomStream(options.Seed);
        Capacity = (options.Capacity + BufferPlanner.Alignment - 1) / BufferPlanner.Alignment * BufferPlanner.Alignment;
        _portionRows = BatchPortions.RowsOf(plan, Capacity);
        _batch = new NativeFloats((long)plan.BatchFloats * _portionRows);
        _statistics = new NativeFloats(plan.StatisticsFloats);
        _cuts = new BlockCuts(_team.Workers);
        _blockRows = [.. plan.Passes.Select(p => BlockCuts.MostRows(p, plan.BatchFloats, store.Values.Length))];
        long arena = plan.Passes.Select((p, i) => (long)p.BlockFloats * _blockRows[i]).Max();
        int mostRows = _blockRows.Max();
        int scratch = plan.NodePlans.Max(n => n.Operation.ScratchSize(n.Node.Shapes, mostRows));
        _inputs = [.. plan.InputPlans.Select(n => InputMemory.For(n.Node, Capacity))];
        Parameters = new NodeParameters(plan, store);
        var ownPanels = OwnPanels.For(store, Parameters.Panels, _team.Workers);
        int kernel = plan.Passes.SelectMany(p => p.RowTiles).Select(t => t.UnitFloats).DefaultIfEmpty(0).Max();
        _blocks = [.. Enumerable.Range(0, _team.Workers).Select(w => new BlockMemory(w, arena, scratch, kernel, ownPanels?[w]))];
        _packing = new PackingWork(store);
        _tiles = new ParameterTiles(this);
        if (Array.Find(plan.Passes, p => p.Kind == PassKind.Parameters) is { } parameters) _halves = new GradientHalves(parameters, plan.NodePlans, Parameters.Offsets, store, _portionRows);
        _products = new SharedProducts(this);
        _rowWork = plan.NodePlans.Sum(n => n.Operation.Work(n.Node.Shapes));
    }

    /// <summary>What it runs.</summary>
    public Plan Plan { get; }

    /// <summary>The parameters.</summary>
    public ParameterStore Store { get; }

    /// <summary>The most rows of a batch.</summary>
    public int Capacity { get; }

    /// <summary>Rows of the batch at hand.</summary>
    public int BatchRows { get; private set; }

    /// <summary>Bytes of the buffers for batch, blocks and statistics; parameters, inputs and working memory of operations come on top.</summary>
    public long Bytes => sizeof(float) * (_batch.Length + _statistics.Length + (_blocks.Length * Plan.Passes.Select((p, i) => (long)p.BlockFloats * _blockRows[i]).Max()));

    /// <summary>Whether a step can stop before the gradients of the parameters: <see cref="RunToParameters"/>, <see cref="BackwardToParameters"/>. Not where it goes through its passes in portions.</summary>
    public bool CanStopBeforeParameters => Plan.Passes[^1].Kind == PassKind.Parameters && _portionRows >= Capacity;

    /// <summary>Where the time of each node is noted; null for none.</summary>
    public StepProfile? Profile { get; set; }

    /// <summary>The nodes' parameters.</summary>
    internal NodeParameters Parameters { get; }

    /// <summary>Who does the work.</summary>
    internal WorkerTeam Team => _team;

    /// <summary>Whether gradients of parameters are added to what the store holds.</summary>
    internal bool AddsGradients { get; private set; }

    internal bool IsTraining => Plan.Mode != Mode.Inference;

    /// <summary>Names the long lists that an input of bags reads; each row then gives its first entry and its number of entries.</summary>
    public void SetBagSource(int input, ReadOnlyMemory<int> indices, ReadOnlyMemory<float> weights)
    {
        var memory = _inputs[input] is { BagStarts: not null } bag ? bag : throw new ArgumentException($"Input {input} is not an input of bags.", nameof(input));
        memory.BagIndices = indices;
        memory.BagWeights = weights;
    }

    /// <summary>
    /// Runs one batch through all passes: forward, the caller's evaluation and, in training, backward, leaving the gradients in the store.
    /// With a plan that <see cref="Plan.IsTwoPhase"/> it stops after the evaluation; <see cref="Backward"/> goes on.
    /// </summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="step">Number of the step; with the seed and the node it determines what random operations draw.</param>
    /// <param name="caller">Loads the inputs and evaluates the outputs, block by block.</param>
    public void Run(int rows, long step, IRowWork caller) => Run(rows, step, caller, Plan.Passes.Length);

    /// <summary>The same up to the gradients of the parameters; <see cref="RunParameters(IGradientWork)"/> goes on. Only if <see cref="CanStopBeforeParameters"/>.</summary>
    public void RunToParameters(int rows, long step, IRowWork caller) => Run(rows, step, caller, PassesToParameters());

    /// <summary>The gradients of the parameters, after <see cref="RunToParameters"/> or <see cref="BackwardToParameters"/>.</summary>
    /// <param name="gradients">Gets the gradients of large kernels, piece by piece as soon as each is there, in place of the store; those of all other parameters go to the store.</param>
    public void RunParameters(IGradientWork gradients)
    {
        _tiles.Gradients = gradients;
        try
        {
            RunPass(Plan.Passes.Length - 1);
        }
        finally
        {
            _tiles.Gradients = null;
        }
        JoinHalves();
    }

    /// <summary>With a plan that <see cref="Plan.IsTwoPhase"/>, the passes after the evaluation, from seeds that <see cref="SeedOf"/> may have changed.</summary>
    public void Backward()
    {
        RunAfterEvaluation(Plan.Passes.Length);
        JoinHalves();
        _caller = null;
    }

    /// <summary>The same up to the gradients of the parameters; <see cref="RunParameters(IGradientWork)"/> goes on. Only if <see cref="CanStopBeforeParameters"/>.</summary>
    public void BackwardToParameters() => RunAfterEvaluation(PassesToParameters());

    /// <summary>Runs backward once for each output that <paramref name="gradients"/> was made for, from the seeds that it kept, and leaves each one's gradient there.</summary>
    /// <remarks>Only with <see cref="Mode.EachOutputTraining"/>. The store's gradient stays as it is; seeds and gradients of watched nodes are written over.</remarks>
    public void BackwardEach(OutputGradients gradients) => gradients.Run();

    /// <summary>All rows of the seed of an output, between evaluation and <see cref="Backward"/>.</summary>
    public Span<float> SeedOf(int output) => AllRows(Plan.OutputPlans[output].Gradient);

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _statistics.Dispose();
        _halves?.Dispose();
        foreach (var block in _blocks) block.Dispose();
    }

    /// <inheritdoc/>
    void ITeamWork.Do(int item, int worker)
    {
        if (_pass!.Kind == PassKind.Rows) RunBlock(item, _blocks[worker]);
        else RunTile(item, _blocks[worker]);
    }

    /// <summary>All rows of the gradient of a watched node.</summary>
    internal Span<float> WatchedGradientOf(int watched) => AllRows(Plan.WatchedPlans[watched].Gradient);

    /// <summary>The passes after the evaluation, for one output.</summary>
    internal void RunSweep(GradientSweep sweep)
    {
        _sweep = sweep;
        sweep.Clear();
        try
        {
            Backward();
        }
        finally
        {
            _sweep = null;
        }
    }

    /// <summary>The passes after the evaluation, for all outputs at once: each node runs backward for one cotangent after the other, while what it reads is at hand.</summary>
    /// <param name="sweeps">One for each output.</param>
    /// <param name="planes">Has the seeds, and gets the gradients of the nodes.</param>
    /// <param name="parameters">Whether any sweep wants gradients of parameters by itself.</param>
    internal void RunSweeps(GradientSweep[] sweeps, CotangentPlanes planes, bool parameters)
    {
        foreach (var sweep in sweeps) sweep.Clear();
        (_sweeps, _planes) = (sweeps, planes);
        try
        {
            for (int p = Array.FindIndex(Plan.Passes, p => p.Evaluates) + 1; p < Plan.Passes.Length; p++)
            {
                if (Plan.Passes[p].Kind == PassKind.Rows) RunPass(p);
                if (!parameters || Plan.Passes[p].Kind != PassKind.Parameters) continue;
                _tiles.FindTogether(Plan.Passes[p], sweeps, planes);
                RunPass(p);
            }
        }
        finally
        {
            (_sweeps, _planes) = (null, null);
        }
    }

    /// <summary>The gradients of the parameters of some nodes, from what their gradients in the plan's memory hold.</summary>
    /// <param name="nodes">By node: whether it takes part.</param>
    /// <param name="adds">Whether to add to what the store holds.</param>
    /// <param name="gradients">Gets those of large kernels, piece by piece, unless they are added; null for nobody.</param>
    internal void RunParameters(bool[] nodes, bool adds, IGradientWork? gradients)
    {
        int pass = Array.FindIndex(Plan.Passes, p => p.Kind == PassKind.Parameters);
        if (pass < 0) return;
        (_tiles.Only, AddsGradients, _tiles.Gradients) = (nodes, adds, adds ? null : gradients);
        try
        {
            RunPass(pass);
        }
        finally
        {
            (_tiles.Only, AddsGradients, _tiles.Gradients) = (null, false, null);
        }
    }

    internal Span<float> GradientRows(NodePlan node, BlockMemory block) => block.Planes is { } planes ? planes.Rows(node, block) : Rows(node.Gradient, block);

    // In a tile pass the block is the rows to sum.
    internal Span<float> BatchGradientRows(NodePlan node, BlockMemory block) => block.Planes is { } planes ? planes.AllRows(node, block.Cotangent) : BatchRowsOf(node.Gradient, block);

    internal Span<float> BatchRowsOf(BufferPlace place, BlockMemory block) => place.Kind == BufferKind.Batch ? Rows(place, block) : [];

    internal Span<float> Rows(BufferPlace place, BlockMemory block)
    {
        if (place.Kind == BufferKind.None) return [];
        float* start = place.Kind == BufferKind.Block
            ? block.Arena + ((long)place.Offset * _cuts.RowsPerBlock)
            : _batch.Pointer + ((long)place.Offset * _portionRows) + ((long)(block.FirstRow - _firstRow) * place.Size);
        return new Span<float>(start, block.Rows * place.Size);
    }

    internal Span<float> AllRows(BufferPlace place)
        => place.Kind == BufferKind.Batch ? new Span<float>(_batch.Pointer + ((long)place.Offset * _portionRows), _rows * place.Size) : [];

    internal Span<int> IndexRows(NodePlan node, BlockMemory block)
    {
        int length = node.Node.Shape.Size;
        return InputOf(node).Indices.AsSpan(block.FirstRow * length, block.Rows * length);
    }

    internal BagRows BagRows(NodePlan node, int firstRow, int rows)
    {
        var memory = InputOf(node);
        return new BagRows
        {
            Starts = memory.BagStarts.AsSpan(firstRow, rows),
            Lengths = memory.BagLengths.AsSpan(firstRow, rows),
            Indices = memory.BagIndices.Span,
            Weights = memory.BagWeights.Span,
        };
    }

    internal Span<int> BagStarts(NodePlan node, BlockMemory block) => InputOf(node).BagStarts.AsSpan(block.FirstRow, block.Rows);

    internal Span<int> BagLengths(NodePlan node, BlockMemory block) => InputOf(node).BagLengths.AsSpan(block.FirstRow, block.Rows);

    internal MatrixEnd BackwardEnd(NodePlan node, BlockMemory block)
    {
        if (node.BackwardEnd is not { } function || (block.Sweep is { } sweep && !sweep.Wants[function.Index])) return default;
        // Where one of them is not kept the slope is written in the other, which stands for both. (HasFlag would make garbage until it is compiled well.)
        var keeps = function.Operation.Keeps;
        var kept = Rows((keeps & Keeps.Output) != 0 ? function.Value : function.Inputs[0].Value, block);
        return MatrixEnd.Slope(function.Operation.Tile!, (keeps & Keeps.Inputs) != 0 ? Rows(function.Inputs[0].Value, block) : kept, kept);
    }

    internal Span<float> Gradient(NodePlan node, int parameter, BlockMemory block)
        => parameter == 0 && block.Kernel != null ? new Span<float>(block.Kernel, node.Operation.Parameters[0].Length)
            : block.IsSecondHalf ? _halves!.Second(node, parameter)
            : block.Sweep is { } sweep ? sweep.Target.AsSpan(sweep.Offsets[node.Index]![parameter], node.Operation.Parameters[parameter].Length)
            : Parameters.Gradient(node, parameter);

    /// <summary>The gradients of a parameter for the cotangents at hand.</summary>
    internal Span<float> Gradients(NodePlan node, int parameter, BlockMemory block)
        => block.Sweep!.Target.AsSpan(block.Sweep.Offsets[node.Index]![parameter], ((block.Cotangents - 1) * GradientPlane(node, block)) + node.Operation.Parameters[parameter].Length);

    /// <summary>Numbers from the gradients of one cotangent at hand to those of the next.</summary>
    internal int GradientPlane(NodePlan node, BlockMemory block) => block.Cotangents < 2 ? 0 : _sweeps![block.Cotangent + 1].Offsets[node.Index]![0] - _sweeps[block.Cotangent].Offsets[node.Index]![0];

    internal ReadOnlySpan<float> Packed(NodePlan node, int packed, BlockMemory block)
    {
        int index = Parameters.PanelsOf(node, packed);
        return block.Panels is { } own ? own.Of(index) : Store.Packed(index);
    }

    internal Span<float> Statistics(NodePlan node, bool backward)
    {
        if (node.StatisticsOffset < 0) return [];
        int offset = node.StatisticsOffset + (backward ? BufferPlanner.Rounded(node.StatisticsSize) : 0);
        return new Span<float>(_statistics.Pointer + offset, node.StatisticsSize);
    }

    internal RandomStream RandomOf(NodePlan node) => _random.Derive((ulong)node.Node.Index);

    private InputMemory InputOf(NodePlan node) => _inputs[node.InputNumber] ?? throw new InvalidOperationException($"'{node.Node.Name}' has no memory of indices.");

    private void Run(int rows, long step, IRowWork caller, int passes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Capacity);
        BatchRows = rows;
        _random = _seed.Derive((ulong)step);
        _caller = caller;
        long started = Profile is null ? 0 : StepProfile.Now;
        if (_blocks[0].Panels is null) Store.Repack(Parameters.Panels, _team, _packing);
        else Store.Forget(Parameters.Panels);
        if (IsTraining) Store.MarkAllRowsBut(Parameters.MarkedTables);          // of tables whose gradient is written as a whole here
        Profile?.Add(StepPhase.Pack, started);
        for (_firstRow = 0; _firstRow < rows; _firstRow += _rows)
        {
            _rows = Math.Min(_portionRows, rows - _firstRow);
            AddsGradients = _firstRow > 0;
            for (int p = 0; p < passes; p++)
            {
                RunPass(p);
                if (Plan.Passes[p].Evaluates && Plan.IsTwoPhase) return;
            }
        }
        (_firstRow, AddsGradients) = (0, false);
        JoinHalves();
        _caller = null;
    }

    private int PassesToParameters()
        => CanStopBeforeParameters ? Plan.Passes.Length - 1 : throw new InvalidOperationException($"A step of this plan does not stop before the gradients of the parameters: see {nameof(CanStopBeforeParameters)}.");

    private void RunAfterEvaluation(int passes)
    {
        for (int p = Array.FindIndex(Plan.Passes, p => p.Evaluates) + 1; p < passes; p++) RunPass(p);
    }

    private void RunPass(int number)
    {
        var pass = Plan.Passes[number];
        _pass = pass;
        if (InHalves)
        {
            RunHalves(_halves!);
            return;
        }
        int items = TilesOf(pass).Count * (_sweeps?.Length ?? 1);
        if (pass.Kind == PassKind.Rows)
        {
            _sharesProducts = _sweep is null && _sweeps is null && _rows <= _blockRows[number] && _products.Pay(number, _rows);
            _cuts.Cut(_rows, _blockRows[number], isOne: _sharesProducts);
            items = _cuts.Count;
        }
        Share(this, items);
    }

    // The gradients of all outputs together; those of one output, or of some nodes, are summed over all rows in order.
    private bool InHalves => _pass!.Kind == PassKind.Parameters && _sweep is null && _sweeps is null && _tiles.Only is null;

    private List<Tile> TilesOf(PlanPass pass) => _tiles.Gradients is null ? pass.Tiles : pass.RowTiles;

    private void RunHalves(GradientHalves halves)
    {
        halves.Begin(_rows, isFirst: _firstRow == 0, byRows: _tiles.Gradients is not null);
        Share(this, halves.Items.Count);
    }

    private void JoinHalves()
    {
        if (_halves?.AreToBeJoined != true) return;
        Share(_halves, _halves.Slices);
        _halves.AreToBeJoined = false;
    }

    private void Share(ITeamWork work, int items)
    {
        if (_rowWork * _rows < LeastParallelWork)
        {
            for (int i = 0; i < items; i++) work.Do(i, 0);
        }
        else
        {
            _team.Run(work, items);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunBlock(int item, BlockMemory block)
    {
        var pass = _pass!;
        int number = _cuts.BlockOf(item), first = _cuts.StartOf(number);
        block.FirstRow = _firstRow + first;
        block.Rows = _cuts.StartOf(number + 1) - first;
        (block.Sweep, block.Planes) = (_sweep, _planes);
        block.Panels?.Refresh();
        if (Profile is not null)
        {
            ProfileBlock(pass, block, Profile);
            return;
        }
        if (pass.Loads) _caller!.Load(new RowBlock(this, block));
        foreach (var node in pass.Forward) RunForward(node, block);
        if (pass.Evaluates) Evaluate(pass, block);
        foreach (var node in pass.Backward) RunBackward(node, block);
    }

    private bool IsShared(NodePlan node) => _sharesProducts && SharedProducts.IsWide(node);

    private void RunForward(NodePlan node, BlockMemory block)
    {
        if (IsShared(node)) _products.Forward(node, block);
        else node.Operation.Forward(new ForwardPass(this, node, block));
    }

    private void RunBackward(NodePlan node, BlockMemory block)
    {
        if (IsShared(node)) _products.Backward(node, block);
        else NodeBackward.Run(this, node, block, _sweeps);
    }

    private void ProfileBlock(PlanPass pass, BlockMemory block, StepProfile profile)
    {
        long started = StepProfile.Now;
        if (pass.Loads) _caller!.Load(new RowBlock(this, block));
        profile.Add(StepPhase.Gather, started, block.Worker);
        foreach (var node in pass.Forward)
        {
            started = StepProfile.Now;
            RunForward(node, block);
            if (!IsShared(node)) profile.Add(node.Index, StepPhase.Forward, started, block.Worker);
        }
        started = StepProfile.Now;
        if (pass.Evaluates) Evaluate(pass, block);
        profile.Add(StepPhase.Losses, started, block.Worker);
        foreach (var node in pass.Backward)
        {
            started = StepProfile.Now;
            RunBackward(node, block);
            if (!IsShared(node)) profile.Add(node.Index, StepPhase.Backward, started, block.Worker);
        }
    }

    private void Evaluate(PlanPass pass, BlockMemory block)
    {
        if (pass.ClearsWatched) ClearWatched(block);
        _caller!.Evaluate(new RowBlock(this, block));
    }

    private void ClearWatched(BlockMemory block)
    {
        foreach (var node in Plan.WatchedPlans)
        {
            if (node.NeedsGradient && Array.IndexOf(Plan.OutputPlans, node) < 0) Rows(node.Gradient, block).Clear();
        }
    }

    private void RunTile(int item, BlockMemory block)
    {
        var tiles = TilesOf(_pass!);
        block.Cotangent = item / tiles.Count;
        var (tile, firstRow, rows) = InHalves ? _halves!.Items[item] : new TileRows(tiles[item % tiles.Count], 0, _rows);
        (block.FirstRow, block.Rows, block.IsSecondHalf) = (_firstRow + firstRow, rows, firstRow > 0);
        (block.Sweep, block.Planes) = (_sweeps is null ? _sweep : _sweeps[block.Cotangent], _planes);
        if (_pass!.Kind == PassKind.Parameters) _tiles.Run(tile, block, _sweeps);
        else RunStatistics(tile, block);
    }

    private void RunStatistics(Tile tile, BlockMemory block)
    {
        bool backward = _pass!.Kind == PassKind.BackwardStatistics;
        foreach (var node in tile.Nodes)
        {
            if (block.Sweep is { } sweep && !sweep.Wants[node.Index]) continue;
            long started = Profile is null ? 0 : StepProfile.Now;
            var pass = new StatisticsPass(this, node, tile.FirstUnit, tile.UnitsOf(node), backward);
            if (backward) node.Operation.BackwardStatistics(pass);
            else node.Operation.ForwardStatistics(pass);
            Profile?.Add(node.Index, StepPhase.Statistics, started, block.Worker);
        }
    }
}
