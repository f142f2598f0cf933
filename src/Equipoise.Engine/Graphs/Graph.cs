using Equipoise.Engine.Compilation;

namespace Equipoise.Engine.Graphs;

/// <summary>Operations and how they feed one another, written node by node, then compiled into a <see cref="Plan"/>.</summary>
public sealed class Graph
{
    private readonly List<GraphNode> _nodes = [];

    /// <summary>All nodes; inputs stand before what uses them.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>Adds an operation.</summary>
    /// <exception cref="ShapeException">The shapes of the inputs do not fit the operation; the message names the node.</exception>
    public GraphNode Add(string name, Operation operation, params ReadOnlySpan<GraphNode> inputs)
    {
        Shape shape;
        try
        {
            shape = operation.InferShape([.. inputs.ToArray().Select(i => i.Shape)]);
        }
        catch (ShapeException problem)
        {
            throw new ShapeException($"'{name}' ({operation.Kind}): {problem.Message}");
        }
        var node = new GraphNode(_nodes.Count, name, operation, inputs.ToArray(), shape);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Works out everything that can be known before the first batch.</summary>
    /// <param name="outputs">The nodes whose values are wanted, in order; one node may stand there once only.</param>
    /// <param name="mode">What the plan is for.</param>
    /// <param name="watched">Further nodes whose values the caller wants to see for each block, as activity penalties do.</param>
    public Plan Compile(IReadOnlyList<GraphNode> outputs, Mode mode, IReadOnlyList<GraphNode>? watched = null) => new Compiler(this, outputs, watched ?? [], mode).Compile();
}
