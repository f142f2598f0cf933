using Equipoise.Engine.Graphs;

namespace Equipoise.Layers;

/// <summary>The inputs of a layer of attention: [query], [query, value], [query, value, key] or [query, value, key, mask].</summary>
internal readonly record struct AttentionInputs(GraphNode Query, GraphNode Value, GraphNode Key, GraphNode? KeyMask, GraphNode? Mask)
{
    /// <summary>What the inputs are; a single one attends to itself. Padding steps of keys and values are not seen.</summary>
    public static AttentionInputs Of(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        if (inputs.Count is 0 or > 4) throw new ShapeException($"wants [query], [query, value], [query, value, key] or [query, value, key, mask], but has {inputs.Count} inputs.");
        foreach (var sequence in inputs.Take(3))
        {
            if (sequence.Shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but has an input {sequence.Shape}. Put a Reshape before it.");
        }
        var value = inputs.Count > 1 ? inputs[1] : inputs[0];
        var key = inputs.Count > 2 ? inputs[2] : value;
        GraphNode[] masks = [.. new[] { key.Mask, value.Mask }.OfType<GraphNode>().Distinct()];
        var keyMask = masks.Length == 0 ? null : masks.Length == 1 ? masks[0] : builder.Add(new Engine.Operations.Product(), masks);
        return new AttentionInputs(inputs[0], value, key, keyMask, inputs.Count > 3 ? inputs[3] : null);
    }

    /// <summary>Nodes for an operation: those given, then the masks that there are.</summary>
    public GraphNode[] WithMasks(params ReadOnlySpan<GraphNode> nodes)
    {
        List<GraphNode> all = [.. nodes];
        if (KeyMask is not null) all.Add(KeyMask);
        if (Mask is not null) all.Add(Mask);
        return [.. all];
    }
}
