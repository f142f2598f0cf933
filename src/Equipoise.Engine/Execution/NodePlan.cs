using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Execution;

/// <summary>What the plan knows of one node.</summary>
internal sealed class NodePlan(GraphNode node, int index, NodePlan[] inputs)
{
    public GraphNode Node { get; } = node;
    public Operation Operation { get; private set; } = node.Operation;
    public int Index { get; set; } = index;
    public NodePlan[] Inputs { get; private set; } = inputs;
    public ReachSet Reach { get; set; } = ReachSet.Empty;
    public int Stage { get; set; }
    public bool HasStatistics { get; set; }
    public bool NeedsGradient { get; set; }
    public bool[] InputGradients { get; set; } = [];          // which inputs want a gradient from this node
    public bool[] Accumulates { get; set; } = [];             // whether that gradient holds something already
    public bool HasParameterGradient { get; set; }
    public int InputNumber { get; set; } = -1;                // place among the plan's inputs

    public TileFunction? End { get; set; }                    // what forward does with its finished output
    public NodePlan? BackwardEnd { get; set; }                // the function whose slope backward multiplies the gradient of the first input with
    public NodePlan? ValueHome { get; set; }                  // the node whose memory the value lives in, if not its own
    public NodePlan? GradientHome { get; set; }

    public BufferPlace Value { get; set; }
    public BufferPlace Gradient { get; set; }
    public BufferPlace Tape { get; set; }
    public BufferPlace Delta { get; set; }
    public bool DeltaIsTape { get; set; }                     // they share their memory
    public int StatisticsOffset { get; set; } = -1;           // in the statistics arena, forward; backward follows
    public int StatisticsSize { get; set; }
    public bool[] GradientAccumulates { get; set; } = [];     // per parameter: an earlier node of the tile wrote it already

    /// <summary>Computes the same in another way.</summary>
    public void Become(Operation operation, NodePlan[] inputs) => (Operation, Inputs) = (operation, inputs);

    public bool IsInput => InputNumber >= 0;
}
