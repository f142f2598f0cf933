using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Engine.Compilation;

/// <summary>
/// Makes one product of narrow affine layers that read the same node, as the heads of a network do: a kernel pads each product to whole vectors, so five of one column cost what one of eighty does.
/// And one walk over memory of mixtures of the same vectors, as the gates of several tasks mix the same experts.
/// </summary>
/// <remarks>What was joined stays nodes of the plan, with their own reach; they only take their columns out of the common result.</remarks>
internal static class Stacker
{
    private const int WidestLayer = 32, WidestStack = 256;

    /// <summary>Changes the nodes, in which inputs stand before what uses them.</summary>
    public static void Stack(List<NodePlan> nodes)
    {
        var uses = new Dictionary<Parameter, int>();
        foreach (var parameter in nodes.SelectMany(n => n.Operation.Parameters)) uses[parameter] = uses.GetValueOrDefault(parameter) + 1;
        bool IsNarrow(NodePlan node) => node.Operation is Affine { Bias: not null } affine && affine.Kernel.Shape[1] <= WidestLayer
            && affine.Parameters.All(p => p.Trainable && uses[p] == 1);
        var groups = nodes.Where(IsNarrow).GroupBy(n => (n.Inputs[0], n.NeedsGradient)).ToList();
        foreach (var group in groups)
        {
            // Last first: the order in which each by itself would add to the gradient of the input.
            NodePlan[] layers = [.. group.Reverse()];
            int columns = layers.Sum(l => ((Affine)l.Operation).Kernel.Shape[1]);
            if (layers.Length > 1 && columns <= WidestStack) Join(nodes, layers, group.Key.Item1);
        }
        foreach (var group in nodes.Where(n => n.Operation is Mixture).GroupBy(n => (n.Inputs[0], n.NeedsGradient)).ToList())
        {
            // Two with the same weights would both write the same gradient.
            NodePlan[] mixtures = [.. group.DistinctBy(m => m.Inputs[1])];
            if (mixtures.Length > 1 && !UseEachOther(nodes, mixtures, out var users)) Mix(nodes, mixtures, users);
        }
        for (int i = 0; i < nodes.Count; i++) nodes[i].Index = i;
    }

    private static void Join(List<NodePlan> nodes, NodePlan[] layers, NodePlan input)
    {
        var operation = new StackedAffine([.. layers.Select(l => (((Affine)l.Operation).Kernel, ((Affine)l.Operation).Bias!))]);
        var first = layers[^1];
        var shape = operation.InferShape([input.Node.Shape]);
        var stack = new NodePlan(new GraphNode(first.Node.Index, string.Join(" + ", layers.Reverse().Select(l => l.Node.Name)), operation, [input.Node], shape), 0, [input])
        {
            NeedsGradient = first.NeedsGradient,
            InputGradients = first.InputGradients,
            Accumulates = new bool[first.Accumulates.Length],
            HasParameterGradient = first.HasParameterGradient,
        };
        nodes.Insert(nodes.IndexOf(first), stack);
        for (int i = 0; i < layers.Length; i++)
        {
            var layer = layers[i];
            stack.Reach = stack.Reach.Union(layer.Reach);
            layer.Become(new StackPart(operation.OffsetOf(i), layer.Node.Shape.Width, shape.Width), [stack]);
            layer.InputGradients = [layer.NeedsGradient];
            layer.HasParameterGradient = false;
        }
    }

    // Whether one of them reads what depends on another; if not, all nodes that depend on one.
    private static bool UseEachOther(List<NodePlan> nodes, NodePlan[] mixtures, out HashSet<NodePlan> users)
    {
        users = [];
        foreach (var node in nodes)
        {
            bool uses = false;
            foreach (var input in node.Inputs) uses |= users.Contains(input) || mixtures.Contains(input);
            if (!uses) continue;
            if (mixtures.Contains(node)) return true;
            users.Add(node);
        }
        return false;
    }

    private static void Mix(List<NodePlan> nodes, NodePlan[] mixtures, HashSet<NodePlan> users)
    {
        var operation = new StackedMixture();
        NodePlan first = mixtures[0], vectors = first.Inputs[0];
        NodePlan[] inputs = [vectors, .. mixtures.Select(m => m.Inputs[1])];
        var shape = operation.InferShape([.. inputs.Select(i => i.Node.Shape)]);
        var stack = new NodePlan(new GraphNode(first.Node.Index, string.Join(" + ", mixtures.Select(m => m.Node.Name)), operation, [.. inputs.Select(i => i.Node)], shape), 0, inputs)
        {
            NeedsGradient = first.NeedsGradient,
            InputGradients = first.NeedsGradient ? [first.InputGradients[0], .. mixtures.Select(m => m.InputGradients[1])] : new bool[inputs.Length],
            Accumulates = new bool[inputs.Length],
        };
        int width = vectors.Node.Shape[1];
        for (int m = 0; m < mixtures.Length; m++)
        {
            stack.Reach = stack.Reach.Union(mixtures[m].Reach);
            mixtures[m].Become(new StackPart(m * width, width, shape.Width), [stack]);
            mixtures[m].InputGradients = [mixtures[m].NeedsGradient];
        }
        // The stack wants the weights of all: what uses a mixture comes after it.
        NodePlan[] before = [.. nodes.Where(n => !users.Contains(n) && !mixtures.Contains(n))], after = [.. nodes.Where(users.Contains)];
        nodes.Clear();
        nodes.AddRange([.. before, stack, .. mixtures, .. after]);
    }
}
