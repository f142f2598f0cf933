using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Layers;

namespace Equipoise.Models;

/// <summary>Turns the nodes that a user wrote into a graph, and finds all mistakes on the way.</summary>
internal sealed class ModelBuilder(IReadOnlyList<Node> inputs, IReadOnlyList<Node> outputs)
{
    private readonly BuildContext _context = new();
    private readonly Dictionary<Node, GraphNode?> _built = new(ReferenceEqualityComparer.Instance);
    private readonly List<Node> _order = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>What was wrong; empty if nothing.</summary>
    public List<string> Mistakes { get; } = [];

    public BuildContext Context => _context;

    /// <summary>All nodes, inputs before what uses them.</summary>
    public IReadOnlyList<Node> Order => _order;

    /// <summary>Builds; returns the graph nodes of the outputs, or nothing if there are mistakes.</summary>
    public IReadOnlyList<GraphNode> Build()
    {
        foreach (var input in inputs) Visit(input);
        foreach (var output in outputs) Visit(output);
        CheckInputs();
        CheckOutputs();
        NameNodes();
        foreach (var node in _order) _built[node] = BuildNode(node);
        return Mistakes.Count > 0 ? [] : DistinctOutputs();
    }

    public GraphNode GraphNodeOf(Node node) => _built[node]!;

    private static bool IsInput(Node node) => node.Layer is NumbersInput or TokensInput or BagInput;

    // Depth first without recursion: deep models do not overflow the stack.
    private void Visit(Node root)
    {
        var pending = new Stack<(Node Node, int Next)>();
        pending.Push((root, 0));
        while (pending.TryPop(out var top))
        {
            if (_built.ContainsKey(top.Node)) continue;
            if (top.Next < top.Node.Inputs.Count)
            {
                pending.Push((top.Node, top.Next + 1));
                pending.Push((top.Node.Inputs[top.Next], 0));
                continue;
            }
            _built.Add(top.Node, null);
            _order.Add(top.Node);
        }
    }

    private void CheckInputs()
    {
        var used = _order.SelectMany(n => n.Inputs).Concat(outputs).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var node in _order.Where(IsInput))
        {
            if (!inputs.Contains(node)) Mistakes.Add($"Input '{node.Name}' is used, but not listed among the model's inputs. Add it to them.");
        }
        foreach (var input in inputs)
        {
            if (!IsInput(input)) Mistakes.Add($"'{input}' is listed among the inputs, but is the result of a layer. Make inputs with Input.Numbers, Input.Tokens or Input.Bag.");
            else if (!used.Contains(input)) Mistakes.Add($"Input '{input.Name}' is listed, but no output depends on it. Connect it or leave it out.");
        }
        foreach (var group in inputs.GroupBy(i => i.Name).Where(g => g.Count() > 1)) Mistakes.Add($"{group.Count()} inputs are called '{group.Key}'. Give each a name of its own.");
        if (outputs.Count == 0) Mistakes.Add("The model has no output. Name at least one.");
    }

    private void CheckOutputs()
    {
        for (int i = 0; i < outputs.Count; i++)
        {
            if (outputs[i].Name is null) Mistakes.Add($"Output {i} ({outputs[i].Layer.Kind}) has no name. Add .Named(\"...\") to it.");
        }
        foreach (var group in outputs.Where(o => o.Name is not null).GroupBy(o => o.Name).Where(g => g.Count() > 1))
        {
            Mistakes.Add($"{group.Count()} outputs are called '{group.Key}'. Give each a name of its own.");
        }
    }

    private void NameNodes()
    {
        var taken = _order.Select(n => n.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var node in _order.Where(n => n.Name is null))
        {
            string kind = node.Layer.Kind;
            string name;
            do
            {
                int count = _counts.GetValueOrDefault(kind);
                _counts[kind] = count + 1;
                name = count == 0 ? kind : $"{kind}_{count}";
            }
            while (!taken.Add(name));
            node.Named(name);
        }
    }

    private GraphNode? BuildNode(Node node)
    {
        if (node.Inputs.Any(i => _built[i] is null)) return null;          // its mistake is told already
        GraphNode[] graphInputs = [.. node.Inputs.Select(i => _built[i]!)];
        try
        {
            var built = node.Layer.Build(new LayerBuilder(_context, node.Layer, node.Name!), graphInputs);
            if (built.Mask is null && node.Layer.PassesMask) built.Mask = graphInputs.FirstOrDefault(i => i.Mask is not null)?.Mask;
            return built;
        }
        catch (ArgumentException problem)
        {
            string on = graphInputs.Length == 0 ? "" : $" on {string.Join(" and ", node.Inputs.Select((n, i) => $"'{n.Name}' {graphInputs[i].Shape}"))}";
            Mistakes.Add($"Layer '{node.Name}' ({node.Layer.Kind}){on}: {problem.Message}");
            return null;
        }
    }

    // Each output has a graph node of its own, so that two losses may sit on one tensor.
    private IReadOnlyList<GraphNode> DistinctOutputs()
    {
        var taken = new HashSet<GraphNode>();
        var distinct = new List<GraphNode>();
        foreach (var output in outputs)
        {
            var node = _built[output]!;
            if (!taken.Add(node))
            {
                var copy = _context.Graph.Add(_context.UniqueNodeName($"{output.Name}/output"), new Identity(), node);
                copy.Mask = node.Mask;
                node = copy;
            }
            distinct.Add(node);
        }
        return distinct;
    }
}
