using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Passes;

/// <summary>What an operation sees while summing the gradients of its parameters over the rows of a batch, for some of its units.</summary>
public readonly ref struct ParameterPass
{
    private readonly Executor _executor;
    private readonly NodePlan _node;
    private readonly BlockMemory _block;

    internal ParameterPass(Executor executor, NodePlan node, int firstUnit, int units, BlockMemory block)
    {
        _executor = executor;
        _node = node;
        FirstUnit = firstUnit;
        Units = units;
        _block = block;
    }

    /// <summary>The first unit to do.</summary>
    public int FirstUnit { get; }

    /// <summary>How many units to do.</summary>
    public int Units { get; }

    /// <summary>Rows to sum: those of the batch, or, with <see cref="Operation.SumsHalves"/>, of one half of it.</summary>
    public int Rows => _block.Rows;

    /// <summary>Shapes of the node's inputs and output.</summary>
    public NodeShapes Shapes => _node.Node.Shapes;

    /// <summary>Those rows of an input, if the operation keeps its inputs for this.</summary>
    public ReadOnlySpan<float> Input(int input) => _executor.BatchRowsOf(_node.Inputs[input].Value, _block);

    /// <summary>Those rows of an input of indices.</summary>
    public ReadOnlySpan<int> Indices(int input) => _executor.IndexRows(_node.Inputs[input], _block);

    /// <summary>Those rows of an input of bags.</summary>
    public BagRows Bag(int input) => _executor.BagRows(_node.Inputs[input], _block.FirstRow, Rows);

    /// <summary>Those rows of the output, if the operation keeps it for this.</summary>
    public ReadOnlySpan<float> Output => _executor.BatchRowsOf(_node.Value, _block);

    /// <summary>Those rows of the output's gradient, if the operation keeps it for this.</summary>
    public ReadOnlySpan<float> OutputGradient => _executor.BatchGradientRows(_node, _block);

    /// <summary>How many cotangents are at hand at once.</summary>
    internal int Cotangents => _block.Cotangents;

    /// <summary>Gradients of the output for all cotangents at hand: planes of [rows, size].</summary>
    internal ReadOnlySpan<float> OutputGradients => _block.Planes!.AllRowsOfSeveral(_node, _block.Cotangent, _block.Cotangents);

    /// <summary>Gradients of a parameter for all cotangents at hand, <see cref="GradientPlane"/> apart.</summary>
    internal Span<float> Gradients(int parameter) => _executor.Gradients(_node, parameter, _block);

    /// <summary>Numbers from one of the <see cref="Gradients"/> to the next.</summary>
    internal int GradientPlane => _executor.GradientPlane(_node, _block);

    /// <summary>Working memory for several cotangents.</summary>
    internal Span<float> PlaneWork => _block.Planes!.WorkOf(_block.Worker);

    /// <summary>What forward kept, if the operation keeps it for this.</summary>
    public ReadOnlySpan<float> Tape => _executor.BatchRowsOf(_node.Tape, _block);

    /// <summary>Whether <see cref="Delta"/> is the tape: <see cref="Operation.PutsDeltaOnTape"/>.</summary>
    public bool DeltaIsTape => _node.DeltaIsTape;

    /// <summary>What backward left.</summary>
    public ReadOnlySpan<float> Delta => _executor.BatchRowsOf(_node.Delta, _block);

    /// <summary>Working memory of this worker, as large as <see cref="Operation.ScratchSize"/> for one block; not cleared.</summary>
    public Span<float> Scratch => _block.ScratchSpan;

    /// <summary>Values of a parameter.</summary>
    public ReadOnlySpan<float> Parameter(int parameter) => _executor.Parameters.Values(_node, parameter);

    /// <summary>The statistics that <see cref="Operation.ForwardStatistics"/> wrote.</summary>
    public ReadOnlySpan<float> Statistics => _executor.Statistics(_node, backward: false);

    /// <summary>The statistics that <see cref="Operation.BackwardStatistics"/> wrote.</summary>
    public ReadOnlySpan<float> GradientStatistics => _executor.Statistics(_node, backward: true);

    /// <summary>The whole gradient of a parameter; write only what belongs to the units at hand.</summary>
    public Span<float> Gradient(int parameter) => _executor.Gradient(_node, parameter, _block);

    /// <summary>Whether to add to what the gradient holds (another node with the same parameter, or other rows of the batch, came before) or to overwrite it.</summary>
    public bool Accumulates(int parameter) => _executor.AddsGradients || (!_block.IsSecondHalf && (_node.GradientAccumulates[parameter] || _block.Sweep?.Adds[_node.Index] == true));

    /// <summary>Sets a table's gradient to zero in the units at hand, where it does not accumulate: only the rows used last time, where these are known.</summary>
    internal void ClearRows(int parameter)
    {
        if (Accumulates(parameter)) return;
        var table = Gradient(parameter);
        int width = _node.Operation.Parameters[parameter].Shape.Width;
        if (Marks(parameter) is { } marks) marks.Clear(table, width, FirstUnit, Units);
        else TableRows.Clear(table, width, FirstUnit, Units);
    }

    /// <summary>Where an operation marks the rows of a table that it writes to; null where nobody asks, as for the gradient of one output alone, which is held elsewhere as a whole.</summary>
    internal RowMarks? Marks(int parameter) => _block.Sweep is null ? _executor.Parameters.Marks(_node, parameter) : null;
}
