using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Engine.Execution;

/// <summary>Memory of an input of indices or of bags, for a whole batch.</summary>
internal sealed class InputMemory
{
    public int[]? Indices { get; private init; }
    public int[]? BagStarts { get; private init; }
    public int[]? BagLengths { get; private init; }
    public ReadOnlyMemory<int> BagIndices { get; set; }
    public ReadOnlyMemory<float> BagWeights { get; set; }

    public static InputMemory? For(GraphNode node, int capacity) => node.Operation switch
    {
        InputIndices => new InputMemory { Indices = new int[capacity * node.Shape.Size] },
        InputBag => new InputMemory { BagStarts = new int[capacity], BagLengths = new int[capacity] },
        _ => null,
    };
}
