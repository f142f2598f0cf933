using Equipoise.Engine.Graphs;

namespace Equipoise.Layers;

/// <summary>A layer that makes one tensor of several of the same shape, number by number.</summary>
/// <remarks>If inputs have masks, a position counts in the output where it counts in all of them.</remarks>
public abstract record MergeLayer : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public sealed override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        if (inputs.Count < 2) throw new ShapeException($"merges several inputs, but has {inputs.Count}.");
        return builder.Add(CreateOperation(inputs.Count), [.. inputs]).WithMaskOfAll(builder, inputs);
    }

    /// <summary>The operation for so many inputs.</summary>
    protected abstract Operation CreateOperation(int inputs);
}
