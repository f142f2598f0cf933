using System.Text;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Compilation;

/// <summary>All that was worked out of a graph before the first batch. Immutable; several executors may share it.</summary>
public sealed class Plan
{
    internal Plan(Mode mode, NodePlan[] nodes, NodePlan[] inputs, NodePlan[] outputs, NodePlan?[] masks, NodePlan[] watched, PlanPass[] passes,
        Parameter[] parameters, int sharedLength, int batchFloats, int statisticsFloats)
    {
        Mode = mode;
        NodePlans = nodes;
        InputPlans = inputs;
        OutputPlans = outputs;
        MaskPlans = masks;
        WatchedPlans = watched;
        Passes = passes;
        Parameters = parameters;
        SharedLength = sharedLength;
        BatchFloats = batchFloats;
        StatisticsFloats = statisticsFloats;
    }

    /// <summary>What the plan is for.</summary>
    public Mode Mode { get; }

    /// <summary>Whether a run ends with the evaluation, and backward is asked for by itself.</summary>
    public bool IsTwoPhase => Mode is Mode.TwoPhaseTraining or Mode.EachOutputTraining;

    /// <summary>Inputs of the graph, in the order in which they were added.</summary>
    public IReadOnlyList<GraphNode> Inputs => [.. InputPlans.Select(n => n.Node)];

    /// <summary>Outputs, in the order asked for.</summary>
    public IReadOnlyList<GraphNode> Outputs => [.. OutputPlans.Select(n => n.Node)];

    /// <summary>Nodes that an output needs, in the order of the forward pass.</summary>
    public IReadOnlyList<GraphNode> Nodes => [.. NodePlans.Select(n => n.Node)];

    /// <summary>Parameters in the order of a store: shared by several outputs, then private to one, then not trainable.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>How many trainable numbers are shared by several outputs; they stand first.</summary>
    public int SharedLength { get; }

    /// <summary>Floats a row that live for the whole batch.</summary>
    public int BatchFloats { get; }

    /// <summary>Floats a row that live for one block at a time, at the most.</summary>
    public int BlockFloats => Passes.Max(p => p.BlockFloats);

    internal int StatisticsFloats { get; }
    internal NodePlan[] NodePlans { get; }
    internal NodePlan[] InputPlans { get; }
    internal NodePlan[] OutputPlans { get; }
    internal NodePlan?[] MaskPlans { get; }
    internal NodePlan[] WatchedPlans { get; }
    internal PlanPass[] Passes { get; }

    /// <summary>The outputs that a node can influence.</summary>
    public ReachSet ReachOf(GraphNode node) => Array.Find(NodePlans, n => n.Node == node)?.Reach ?? ReachSet.Empty;

    /// <summary>The outputs that a parameter can influence.</summary>
    public ReachSet ReachOf(Parameter parameter)
    {
        var reach = ReachSet.Empty;
        foreach (var node in NodePlans)
        {
            if (node.Node.Operation.Parameters.Contains(parameter) && node.Node.Operation is not Operations.StackedAffine) reach = reach.Union(node.Reach);
        }
        return reach;
    }

    /// <summary>The plan in words: nodes, shapes, reach, parameters, memory.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var node in NodePlans)
        {
            text.Append($"{node.Node.Name}  {node.Operation.Kind} {node.Node.Shape}  reaches {node.Reach}");
            if (node.Operation.Parameters.Count > 0) text.Append($"  {string.Join(", ", node.Operation.Parameters)}");
            text.AppendLine();
        }
        text.Append($"{Passes.Length} passes; {BatchFloats} floats a row for the batch, {BlockFloats} for a block");
        return text.ToString();
    }
}
