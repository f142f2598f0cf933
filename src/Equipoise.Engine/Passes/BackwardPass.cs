using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Passes;

/// <summary>What an operation sees of a block of rows while computing backward.</summary>
public readonly ref struct BackwardPass
{
    private readonly Executor _executor;
    private readonly NodePlan _node;
    private readonly BlockMemory _block;

    internal BackwardPass(Executor executor, NodePlan node, BlockMemory block)
    {
        _executor = executor;
        _node = node;
        _block = block;
    }

    /// <summary>How many rows.</summary>
    public int Rows => _block.Rows;

    /// <summary>The number in the batch of the first row.</summary>
    public int FirstRow => _block.FirstRow;

    /// <summary>Shapes of the node's inputs and output.</summary>
    public NodeShapes Shapes => _node.Node.Shapes;

    /// <summary>The same random numbers as forward had.</summary>
    public RandomStream Random => _executor.RandomOf(_node);

    /// <summary>Rows of an input; only if the operation <see cref="Operation.Keeps"/> its inputs.</summary>
    public ReadOnlySpan<float> Input(int input) => _executor.Rows(_node.Inputs[input].Value, _block);

    /// <summary>Rows of an input of indices.</summary>
    public ReadOnlySpan<int> Indices(int input) => _executor.IndexRows(_node.Inputs[input], _block);

    /// <summary>Rows of the output; only if the operation <see cref="Operation.Keeps"/> its output.</summary>
    public ReadOnlySpan<float> Output => _executor.Rows(_node.Value, _block);

    /// <summary>Gradient of the output, [rows, size].</summary>
    public ReadOnlySpan<float> OutputGradient => _executor.GradientRows(_node, _block);

    /// <summary>Whether a gradient is wanted for that input. If not, <see cref="InputGradient"/> is empty.</summary>
    public bool Wants(int input) => NodeBackward.Collects(_node, input, _block);

    /// <summary>Gradient of an input, to be added to; empty if none is wanted. An input given twice to one node has one gradient.</summary>
    public Span<float> InputGradient(int input) => Wants(input) ? _executor.GradientRows(_node.Inputs[input], _block) : [];

    /// <summary>How many cotangents are at hand at once.</summary>
    internal int Cotangents => _block.Cotangents;

    /// <summary>Gradients of the output for all cotangents at hand: planes of [rows, size], <see cref="OutputGradientPlane"/> apart.</summary>
    internal ReadOnlySpan<float> OutputGradients => _block.Planes!.RowsOfSeveral(_node, _block);

    /// <summary>Numbers from one of the <see cref="OutputGradients"/> to the next.</summary>
    internal int OutputGradientPlane => _block.Planes!.PlaneLength(_node);

    /// <summary>Whether the input's gradient holds something already. Only an operation that <see cref="Operation.Overwrites"/> need ask.</summary>
    public bool Accumulates(int input) => NodeBackward.Accumulates(_node, input, _block);

    /// <summary>Gradients of an input for all cotangents at hand, <see cref="InputGradientPlane"/> apart.</summary>
    internal Span<float> InputGradients(int input) => _block.Planes!.RowsOfSeveral(_node.Inputs[input], _block);

    /// <summary>Numbers from one of the <see cref="InputGradients"/> to the next.</summary>
    internal int InputGradientPlane(int input) => _block.Planes!.PlaneLength(_node.Inputs[input]);

    /// <summary>What to do with the finished gradient of the first input, for operations that <see cref="Operation.TakesEnds"/>.</summary>
    public MatrixEnd End => _executor.BackwardEnd(_node, _block);

    /// <summary>What forward kept.</summary>
    public ReadOnlySpan<float> Tape => _executor.Rows(_node.Tape, _block);

    /// <summary>Whether <see cref="Delta"/> is the tape: <see cref="Operation.PutsDeltaOnTape"/>.</summary>
    public bool DeltaIsTape => _node.DeltaIsTape;

    /// <summary>What the parameter pass will want, [rows, delta size], not cleared; or the tape.</summary>
    public Span<float> Delta => _executor.Rows(_node.Delta, _block);

    /// <summary>Working memory; not cleared.</summary>
    public Span<float> Scratch => _block.ScratchSpan;

    /// <summary>Values of a parameter.</summary>
    public ReadOnlySpan<float> Parameter(int parameter) => _executor.Parameters.Values(_node, parameter);

    /// <summary>A matrix as panels.</summary>
    public ReadOnlySpan<float> Packed(int packed) => _executor.Packed(_node, packed, _block);

    /// <summary>The statistics that <see cref="Operation.ForwardStatistics"/> wrote.</summary>
    public ReadOnlySpan<float> Statistics => _executor.Statistics(_node, backward: false);

    /// <summary>The statistics that <see cref="Operation.BackwardStatistics"/> wrote.</summary>
    public ReadOnlySpan<float> GradientStatistics => _executor.Statistics(_node, backward: true);

    /// <summary>Rows in the whole batch, for statistics.</summary>
    public int BatchRows => _executor.BatchRows;
}
