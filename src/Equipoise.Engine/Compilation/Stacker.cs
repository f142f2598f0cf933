using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Engine.Compilation;

/// <summary>Makes one product of narrow affine layers that read the same node, as the heads of a network do: a kernel pads each product to whole vectors, so five of one column cost what one of eighty does.</summary>
/// <remarks>The layers stay nodes of the plan, with their own reach and parameters; they only take their columns out of the common product.</remarks>
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
}
