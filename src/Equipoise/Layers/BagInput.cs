using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Where sparse weighted bags enter a model: wide text or categories without dense vectors. Feed it to a <c>BagOfTokens</c>.</summary>
/// <param name="Vocabulary">Exclusive upper bound of the indices.</param>
public sealed record BagInput(int Vocabulary) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs) => builder.Add(new InputBag(Vocabulary));
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>bag_input</c>.</summary>
    public static readonly Entry<Layer> BagInput = Add("bag_input", "where sparse weighted bags enter a model", new BagInput(1),
        Setting<Layer>.Integer<BagInput>("vocabulary", "exclusive upper bound of the indices", x => x.Vocabulary, (x, v) => x with { Vocabulary = v }, minimum: 1));
}
