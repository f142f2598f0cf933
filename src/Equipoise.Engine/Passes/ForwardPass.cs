using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Passes;

/// <summary>What an operation sees of a block of rows while computing forward.</summary>
public readonly ref struct ForwardPass
{
    private readonly Executor _executor;
    private readonly NodePlan _node;
    private readonly BlockMemory _block;

    internal ForwardPass(Executor executor, NodePlan node, BlockMemory block)
    {
        _executor = executor;
        _node = node;
        _block = block;
    }

    /// <summary>How many rows.</summary>
    public int Rows => _block.Rows;

    /// <summary>The number in the batch of the first row.</summary>
    public int FirstRow => _block.FirstRow;

    /// <summary>Whether this is training: dropout draws, normalisation uses the batch's statistics.</summary>
    public bool Training => _executor.IsTraining;

    /// <summary>Shapes of the node's inputs and output.</summary>
    public NodeShapes Shapes => _node.Node.Shapes;

    /// <summary>The node's own random numbers in this step; index them by row of the batch × size + element, so that any cut of the rows draws the same.</summary>
    public RandomStream Random => _executor.RandomOf(_node);

    /// <summary>Rows of an input, [rows, size].</summary>
    public ReadOnlySpan<float> Input(int input) => _executor.Rows(_node.Inputs[input].Value, _block);

    /// <summary>Rows of an input of indices, [rows, length].</summary>
    public ReadOnlySpan<int> Indices(int input) => _executor.IndexRows(_node.Inputs[input], _block);

    /// <summary>Rows of an input of bags.</summary>
    public BagRows Bag(int input) => _executor.BagRows(_node.Inputs[input], _block.FirstRow, _block.Rows);

    /// <summary>Rows of the output, [rows, size]; not cleared.</summary>
    public Span<float> Output => _executor.Rows(_node.Value, _block);

    /// <summary>What to do with the finished output, for operations that <see cref="Operation.TakesEnds"/>.</summary>
    public MatrixEnd End => MatrixEnd.Value(_node.End);

    /// <summary>What backward wants kept, [rows, tape size]; not cleared. In inference it is working memory, or empty if the operation does not want it there.</summary>
    public Span<float> Tape => _executor.Rows(_node.Tape, _block);

    /// <summary>Working memory; not cleared.</summary>
    public Span<float> Scratch => _block.ScratchSpan;

    /// <summary>Values of a parameter.</summary>
    public ReadOnlySpan<float> Parameter(int parameter) => _executor.Parameters.Values(_node, parameter);

    /// <summary>A matrix as panels.</summary>
    public ReadOnlySpan<float> Packed(int packed) => _executor.Packed(_node, packed, _block);

    /// <summary>The statistics that <see cref="Operation.ForwardStatistics"/> wrote; empty in inference.</summary>
    public ReadOnlySpan<float> Statistics => _executor.Statistics(_node, backward: false);
}
