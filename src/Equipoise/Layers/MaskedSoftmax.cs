using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>softmax over the last axis; a second input, if given, says by 0 and 1 which numbers take part.</summary>
/// <remarks>Numbers left out become 0; if all of a row are left out, all are 0. Source: the layer Softmax of Keras 3.</remarks>
public sealed record MaskedSoftmax : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
        => inputs.Count <= 2 ? builder.Add(new SoftmaxRows(), [.. inputs]) : throw new ShapeException($"wants one input and perhaps a mask, but has {inputs.Count}.");
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>softmax</c>.</summary>
    public static readonly Entry<Layer> Softmax = Add("softmax", "probabilities over the last axis", new MaskedSoftmax());
}
