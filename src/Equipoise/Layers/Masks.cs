using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Masks of layers that have several inputs.</summary>
internal static class Masks
{
    /// <summary>Gives the output the mask of a merge: a position counts where it counts in every input. Inputs without a mask count everywhere.</summary>
    public static GraphNode WithMaskOfAll(this GraphNode output, LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        GraphNode[] masks = [.. inputs.Select(i => i.Mask).OfType<GraphNode>().Distinct()];
        if (masks.Length > 0) output.Mask = masks.Length == 1 ? masks[0] : builder.Add(new Product(), masks);
        return output;
    }
}
