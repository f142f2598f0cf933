using Equipoise.Engine.Graphs;
using Equipoise.Layers;
using Equipoise.Testing;

namespace Equipoise.Tests.Layers;

/// <summary>Layers in graphs under test.</summary>
internal static class LayerProbe
{
    /// <summary>Builds the layer; all builds in one graph share its weights. Parameters are named <c>layer/kernel</c>.</summary>
    public static Func<Graph, IReadOnlyList<GraphNode>, GraphNode> Builder(Layer layer)
    {
        BuildContext? context = null;
        return (graph, nodes) =>
        {
            if (context?.Graph != graph) context = new BuildContext(graph);
            var output = layer.Build(new LayerBuilder(context, layer, "layer"), nodes);
            if (layer.PassesMask) output.Mask ??= nodes[0].Mask;
            return output;
        };
    }

    /// <summary>The same with the second input as mask of the first.</summary>
    public static Func<Graph, IReadOnlyList<GraphNode>, GraphNode> MaskedBuilder(Layer layer)
    {
        var builder = Builder(layer);
        return (graph, nodes) =>
        {
            nodes[0].Mask = nodes[1];
            return builder(graph, [nodes[0]]);
        };
    }

    /// <summary>Output of the layer for one batch.</summary>
    public static float[] Run(Layer layer, float[] x, Shape shape, Mode mode = Mode.Inference)
    {
        using var probe = new GraphProbe([Feed.Constant(shape, x)], Builder(layer), x.Length / shape.Size, mode);
        probe.Run();
        return probe.Outputs[0];
    }
}
