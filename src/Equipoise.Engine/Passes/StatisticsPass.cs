using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Passes;

/// <summary>What an operation sees while summing over all rows of the batch, for some of its units, before its forward or its backward.</summary>
public readonly ref struct StatisticsPass
{
    private readonly Executor _executor;
    private readonly NodePlan _node;
    private readonly bool _backward;

    internal StatisticsPass(Executor executor, NodePlan node, int firstUnit, int units, bool backward)
    {
        _executor = executor;
        _node = node;
        _backward = backward;
        FirstUnit = firstUnit;
        Units = units;
    }

    /// <summary>The first unit to do.</summary>
    public int FirstUnit { get; }

    /// <summary>How many units to do.</summary>
    public int Units { get; }

    /// <summary>Rows in the batch: all of them.</summary>
    public int Rows => _executor.BatchRows;

    /// <summary>Shapes of the node's inputs and output.</summary>
    public NodeShapes Shapes => _node.Node.Shapes;

    /// <summary>All rows of an input.</summary>
    public ReadOnlySpan<float> Input(int input) => _executor.AllRows(_node.Inputs[input].Value);

    /// <summary>All rows of the output's gradient; in backward only.</summary>
    public ReadOnlySpan<float> OutputGradient => _executor.AllRows(_node.Gradient);

    /// <summary>Values of a parameter. Running state may be written here, in forward.</summary>
    public Span<float> Parameter(int parameter) => _executor.Parameters.Values(_node, parameter);

    /// <summary>The forward statistics, to be written in forward.</summary>
    public Span<float> Statistics => _executor.Statistics(_node, backward: false);

    /// <summary>The backward statistics, to be written in backward.</summary>
    public Span<float> GradientStatistics => _backward ? _executor.Statistics(_node, backward: true) : [];
}
