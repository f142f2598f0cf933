using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Compilation;

/// <summary>Takes walks through memory out of a plan, where no number changes by it.</summary>
/// <remarks>
/// A view shares the memory of its input. A function of each number (an activation) is computed in place if nobody else looks at what it replaces;
/// an operation before it that <see cref="Operation.TakesEnds"/> computes it along with its own output, and one behind it multiplies the gradient it hands back with the slope.
/// </remarks>
internal sealed class Fuser(List<NodePlan> nodes, List<PlanPass> passes, IEnumerable<NodePlan?> seen, bool trains)
{
    private readonly HashSet<NodePlan> _seen = [.. seen.OfType<NodePlan>()];       // by the caller: outputs, masks, watched nodes
    private readonly Dictionary<NodePlan, int> _readers = [];

    /// <summary>Changes the passes and says whose memory nodes share.</summary>
    public void Fuse()
    {
        foreach (var input in nodes.SelectMany(n => n.Inputs)) _readers[input] = _readers.GetValueOrDefault(input) + 1;
        foreach (var node in nodes)
        {
            if (node.Operation.IsView) ShareView(node);
            else if (node.Operation.Tile is not null) FuseForward(node);
        }
        if (!trains) return;
        foreach (var pass in passes)
        {
            foreach (var node in pass.Backward.ToArray()) FuseBackward(pass, node);
        }
    }

    // Whether the input's gradient is this node's alone to write.
    private bool OwnsInputGradient(NodePlan node) => node.InputGradients[0] && _readers[node.Inputs[0]] == 1 && !_seen.Contains(node.Inputs[0]);

    private void ShareView(NodePlan node)
    {
        node.ValueHome = node.Inputs[0];
        foreach (var pass in passes) pass.Forward.Remove(node);
        if (!trains || !OwnsInputGradient(node)) return;
        node.GradientHome = node.Inputs[0];
        foreach (var pass in passes) pass.Backward.Remove(node);
    }

    private void FuseForward(NodePlan node)
    {
        var input = node.Inputs[0];
        bool kept = trains && node.NeedsGradient && node.Operation.Keeps.HasFlag(Keeps.Inputs);
        bool keptByInput = trains && input.NeedsGradient && (input.Operation.Keeps & (Keeps.Output | Keeps.OutputForParameters)) != 0;
        if (kept || keptByInput || input.IsInput || input.ValueHome is not null || _readers[input] > 1 || _seen.Contains(input)) return;
        var pass = passes.Find(p => p.Forward.Contains(node));
        if (pass is null || !pass.Forward.Contains(input)) return;
        node.ValueHome = input;
        if (!input.Operation.TakesEnds) return;
        input.End = node.Operation.Tile;
        pass.Forward.Remove(node);
    }

    private void FuseBackward(PlanPass pass, NodePlan node)
    {
        if (node.Operation.Tile is null || node.Accumulates[0] || !OwnsInputGradient(node)) return;
        node.GradientHome = node.Inputs[0];
        if ((node.Operation.Keeps & (Keeps.Inputs | Keeps.Output)) == 0) return;
        // Whoever adds to the gradient last may multiply it; its memory may be known by the name of a view.
        int last = pass.Backward.FindLastIndex(n => n.Inputs.Where((input, i) => n.InputGradients[i] && HomeOf(input) == HomeOf(node)).Any() && n != node);
        if (last < 0 || last > pass.Backward.IndexOf(node)) return;
        var writer = pass.Backward[last];
        if (!writer.Operation.TakesEnds || writer.Inputs.Length != 1 || writer.BackwardEnd is not null) return;
        writer.BackwardEnd = node;
        pass.Backward.Remove(node);
    }

    private static NodePlan HomeOf(NodePlan node)
    {
        while (node.GradientHome is { } home) node = home;
        return node;
    }
}
