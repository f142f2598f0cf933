namespace Equipoise.Engine.Graphs;

/// <summary>One operation applied to nodes; it has one output tensor.</summary>
public sealed class GraphNode
{
    internal GraphNode(int index, string name, Operation operation, GraphNode[] inputs, Shape shape)
    {
        Index = index;
        Name = name;
        Operation = operation;
        Inputs = inputs;
        Shapes = new NodeShapes([.. inputs.Select(i => i.Shape)], shape);
    }

    /// <summary>Place in the graph; inputs always stand before.</summary>
    public int Index { get; }

    /// <summary>Name, for messages and reports.</summary>
    public string Name { get; }

    /// <summary>What it computes.</summary>
    public Operation Operation { get; }

    /// <summary>What it computes from.</summary>
    public IReadOnlyList<GraphNode> Inputs { get; }

    /// <summary>Shapes of inputs and output.</summary>
    public NodeShapes Shapes { get; }

    /// <summary>Shape of a row of the output.</summary>
    public Shape Shape => Shapes.Output;

    /// <summary>A node of the same positions with 1 where this one's value counts and 0 where it is padding; null if all count.</summary>
    public GraphNode? Mask { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Operation.Kind}) {Shape}";
}
