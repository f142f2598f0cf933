using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Where rows of whole numbers enter a model: words, letters, categories. Feed it to an <c>Embedding</c>.</summary>
/// <param name="Length">How many a row.</param>
/// <param name="Vocabulary">Exclusive upper bound: indices are 0 to <c>Vocabulary - 1</c>; 0 is padding by convention.</param>
public sealed record TokensInput(int Length, int Vocabulary) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs) => builder.Add(new InputIndices(Length, Vocabulary));
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>tokens_input</c>.</summary>
    public static readonly Entry<Layer> TokensInput = Add("tokens_input", "where rows of whole numbers enter a model: words, letters, categories", new TokensInput(1, 2),
        Setting<Layer>.Integer<TokensInput>("length", "how many a row", x => x.Length, (x, v) => x with { Length = v }, minimum: 1),
        Setting<Layer>.Integer<TokensInput>("vocabulary", "exclusive upper bound of the indices", x => x.Vocabulary, (x, v) => x with { Vocabulary = v }, minimum: 1));
}
