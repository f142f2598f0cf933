using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Compilation;

/// <summary>Turns a graph into a plan: which nodes are needed, which outputs each reaches, in which passes they run, where every tensor lives.</summary>
internal sealed class Compiler(Graph graph, IReadOnlyList<GraphNode> outputs, IReadOnlyList<GraphNode> watched, Mode mode)
{
    private readonly Dictionary<GraphNode, NodePlan> _plans = [];
    private readonly List<NodePlan> _nodes = [];
    private readonly List<PlanPass> _passes = [];
    private bool Trains => mode != Mode.Inference;

    public Plan Compile()
    {
        if (outputs.Distinct().Count() != outputs.Count) throw new ArgumentException("A node stands twice among the outputs. Give each output a node of its own.", nameof(outputs));
        CollectNodes();
        FindReach();
        if (Trains) FindGradients();
        // A backward for each output on its own goes by what each node reaches, so there every layer stays by itself.
        if (mode != Mode.EachOutputTraining) Stacker.Stack(_nodes);
        FindStages();
        LayOutPasses();
        NodePlan[] inputs = [.. graph.Nodes.Where(n => n.Operation is Operations.InputNumbers or Operations.InputIndices or Operations.InputBag).Select((n, i) => InputPlan(n, i))];
        NodePlan[] outputPlans = [.. outputs.Select(o => _plans[o])];
        NodePlan?[] maskPlans = [.. outputs.Select(o => o.Mask is null ? null : _plans[o.Mask])];
        NodePlan[] watchedPlans = [.. watched.Select(w => _plans[w])];
        new Fuser(_nodes, _passes, [.. outputPlans, .. maskPlans, .. watchedPlans], Trains).Fuse();
        int batchFloats = new MemoryPlanner(_nodes, _passes, outputPlans, maskPlans, watchedPlans, Trains, mode == Mode.EachOutputTraining).Plan();
        var (parameters, shared) = OrderParameters();
        return new Plan(mode, [.. _nodes], inputs, outputPlans, maskPlans, watchedPlans, [.. _passes], parameters, shared, batchFloats, AssignStatistics());
    }

    // An input that no output needs still has a place, so that callers may number the inputs of the graph.
    private NodePlan InputPlan(GraphNode node, int number)
    {
        if (!_plans.TryGetValue(node, out var plan)) plan = new NodePlan(node, -1, []);
        plan.InputNumber = number;
        return plan;
    }

    private void CollectNodes()
    {
        var needed = new HashSet<GraphNode>();
        var pending = new Stack<GraphNode>(outputs.Concat(watched).Concat(outputs.Where(o => o.Mask is not null).Select(o => o.Mask!)));
        while (pending.TryPop(out var node))
        {
            if (!needed.Add(node)) continue;
            foreach (var input in node.Inputs) pending.Push(input);
        }
        int inputNumber = 0;
        foreach (var node in graph.Nodes)
        {
            int number = node.Operation is Operations.InputNumbers or Operations.InputIndices or Operations.InputBag ? inputNumber++ : -1;
            if (!needed.Contains(node)) continue;
            var plan = new NodePlan(node, _nodes.Count, [.. node.Inputs.Select(i => _plans[i])]) { InputNumber = number };
            _plans.Add(node, plan);
            _nodes.Add(plan);
        }
    }

    private void FindReach()
    {
        for (int k = 0; k < outputs.Count; k++) _plans[outputs[k]].Reach = _plans[outputs[k]].Reach.Union(ReachSet.Of(k));
        for (int n = _nodes.Count - 1; n >= 0; n--)
        {
            var node = _nodes[n];
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (node.Operation.IsDifferentiable(i)) node.Inputs[i].Reach = node.Inputs[i].Reach.Union(node.Reach);
            }
        }
    }

    private void FindGradients()
    {
        var depends = new bool[_nodes.Count];                          // on a trainable parameter
        foreach (var node in _nodes)
        {
            bool own = node.Operation.Parameters.Any(p => p.Trainable);
            depends[node.Index] = own;
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (node.Operation.IsDifferentiable(i)) depends[node.Index] |= depends[node.Inputs[i].Index];
            }
        }
        var watchedNodes = watched.Select(w => _plans[w]).ToHashSet();
        var receives = new bool[_nodes.Count];
        for (int n = _nodes.Count - 1; n >= 0; n--)
        {
            var node = _nodes[n];
            receives[n] |= node.Reach.Count > 0 || watchedNodes.Contains(node);
            if (!receives[n]) continue;
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (node.Operation.IsDifferentiable(i)) receives[node.Inputs[i].Index] = true;
            }
        }
        foreach (var node in _nodes)
        {
            node.NeedsGradient = depends[node.Index] && receives[node.Index];
            node.InputGradients = [.. node.Inputs.Select((input, i) => node.NeedsGradient && node.Operation.IsDifferentiable(i) && depends[input.Index])];
            node.Accumulates = new bool[node.Inputs.Length];
            node.HasParameterGradient = node.NeedsGradient && node.Operation.Parameters.Any(p => p.Trainable);
        }
    }

    private void FindStages()
    {
        foreach (var node in _nodes)
        {
            node.HasStatistics = Trains && node.Operation.StatisticsSize(node.Node.Shapes) > 0;
            foreach (var input in node.Inputs) node.Stage = Math.Max(node.Stage, input.Stage);
            if (node.HasStatistics) node.Stage++;
        }
    }

    private void LayOutPasses()
    {
        int last = _nodes.Max(n => n.Stage);
        for (int stage = 0; stage <= last; stage++)
        {
            var statistics = _nodes.Where(n => n.HasStatistics && n.Stage == stage).ToList();
            if (statistics.Count > 0) _passes.Add(new PlanPass(PassKind.ForwardStatistics) { Tiles = TilePlanner.Plan(SharingState(statistics)) });
            var pass = new PlanPass(PassKind.Rows) { Loads = stage == 0, Evaluates = stage == last };
            pass.Forward.AddRange(_nodes.Where(n => n.Stage == stage && !n.IsInput));
            _passes.Add(pass);
        }
        if (!Trains) return;
        var watchedNodes = watched.Select(w => _plans[w]).ToHashSet();
        _passes[^1].ClearsWatched = true;
        for (int stage = last; stage >= 0; stage--)
        {
            var pass = stage == last && mode == Mode.Training ? _passes[^1] : new PlanPass(PassKind.Rows);
            var statistics = _nodes.Where(n => n.HasStatistics && n.NeedsGradient && n.Stage == stage + 1).ToList();
            if (statistics.Count > 0) _passes.Add(new PlanPass(PassKind.BackwardStatistics) { Tiles = TilePlanner.Plan(SharingState(statistics)) });
            // A node with statistics runs backward with the stage before its own: its sums over rows must be complete.
            pass.Backward.AddRange(_nodes.Where(n => RunsBackward(n) && (n.HasStatistics ? n.Stage - 1 : n.Stage) == stage).Reverse());
            if (pass != _passes[^1] && !_passes.Contains(pass)) _passes.Add(pass);
        }
        MarkFirstGradients(watchedNodes);
        var groups = ParameterGroups();
        if (groups.Count > 0) _passes.Add(new PlanPass(PassKind.Parameters) { Tiles = TilePlanner.Plan(groups), RowTiles = TilePlanner.Plan(groups, byRows: true) });
    }

    // Nodes with the same running state (a layer used twice) update it one after the other, in one tile.
    private static List<NodePlan[]> SharingState(List<NodePlan> nodes)
        => [.. nodes.GroupBy(n => (object?)n.Operation.Parameters.FirstOrDefault(p => !p.Trainable) ?? n).Select(g => g.ToArray())];

    private static bool RunsBackward(NodePlan node)
        => node.NeedsGradient && (node.InputGradients.Contains(true) || (node.HasParameterGradient && node.Operation.DeltaSize(node.Node.Shapes) > 0));

    // Seeds come first; after them whoever runs backward first finds the gradient empty.
    private void MarkFirstGradients(HashSet<NodePlan> watchedNodes)
    {
        var written = new HashSet<NodePlan>(outputs.Select(o => _plans[o]));
        written.UnionWith(watchedNodes);
        foreach (var node in _passes.SelectMany(p => p.Backward))
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (node.InputGradients[i]) node.Accumulates[i] = !written.Add(node.Inputs[i]);
            }
        }
    }

    // Nodes that share a trainable parameter, directly or through others, form one group.
    private List<NodePlan[]> ParameterGroups()
    {
        var nodes = _nodes.Where(n => n.HasParameterGradient).ToList();
        var groupOf = new Dictionary<Parameter, List<NodePlan>>();
        var groups = new List<List<NodePlan>>();
        foreach (var node in nodes)
        {
            var group = new List<NodePlan> { node };
            foreach (var parameter in node.Operation.Parameters.Where(p => p.Trainable))
            {
                // A group that was taken in by way of another parameter is gone from the list: not twice.
                if (groupOf.TryGetValue(parameter, out var other) && groups.Remove(other)) group = [.. other, .. group];
            }
            groups.Add(group);
            foreach (var member in group)
            {
                foreach (var parameter in member.Operation.Parameters.Where(p => p.Trainable)) groupOf[parameter] = group;
            }
        }
        foreach (var group in groups)
        {
            group.Sort((a, b) => a.Index.CompareTo(b.Index));
            var written = new HashSet<Parameter>();
            foreach (var node in group) node.GradientAccumulates = [.. node.Operation.Parameters.Select(p => !written.Add(p))];
        }
        return [.. groups.Select(g => g.ToArray())];
    }

    private (Parameter[] Parameters, int SharedLength) OrderParameters()
    {
        var reach = new Dictionary<Parameter, ReachSet>();
        var order = new List<Parameter>();
        // As the graph has them: layers that were stacked keep their place and their reach.
        foreach (var node in graph.Nodes.Where(_plans.ContainsKey))
        {
            foreach (var parameter in node.Operation.Parameters)
            {
                if (reach.TryAdd(parameter, _plans[node].Reach)) order.Add(parameter);
                else reach[parameter] = reach[parameter].Union(_plans[node].Reach);
            }
        }
        Parameter[] sorted = [.. order.OrderBy(p => !p.Trainable ? 2 : reach[p].IsShared ? 0 : 1)];
        return (sorted, sorted.Where(p => p.Trainable && reach[p].IsShared).Sum(p => p.Length));
    }

    private int AssignStatistics()
    {
        int total = 0;
        foreach (var node in _nodes.Where(n => n.HasStatistics))
        {
            node.StatisticsSize = node.Operation.StatisticsSize(node.Node.Shapes);
            node.StatisticsOffset = total;
            total += 2 * BufferPlanner.Rounded(node.StatisticsSize);
        }
        return total;
    }
}
