using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Adds to each step of a sequence a learned vector for its place, so that attention, which does not know order, can tell steps apart.</summary>
/// <remarks>y[t] = x[t] + e[t]; x [length, width]; e [length, width] begins as <see cref="EmbeddingsInitializer"/>. The length is that of the input, so longer sequences need another model.
/// Source: Gehring and others, "Convolutional sequence to sequence learning", 2017, section 3.1.</remarks>
public sealed record PositionEmbedding : Layer
{
    /// <summary>Fills the vectors.</summary>
    public Initializer EmbeddingsInitializer { get; init; } = new RandomUniform(-0.05, 0.05);

    /// <summary>Penalty of the vectors.</summary>
    public Regularizer? EmbeddingsRegularizer { get; init; }

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        var shape = inputs[0].Shape;
        if (shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but the input is {shape}.");
        return builder.Add(new ParameterAffine(null, builder.Parameter("embeddings", shape, EmbeddingsInitializer, EmbeddingsRegularizer)), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>position_embedding</c>.</summary>
    public static readonly Entry<Layer> PositionEmbedding = Add("position_embedding", "adds a learned vector for the place of each step", new PositionEmbedding(),
        Setting<Layer>.Component<PositionEmbedding, Initializer>("embeddings_initializer", "fills the vectors", () => InitializerCatalog.Catalog, x => x.EmbeddingsInitializer, (x, v) => x with { EmbeddingsInitializer = v ?? new RandomUniform(-0.05, 0.05) }),
        Setting<Layer>.Component<PositionEmbedding, Regularizer>("embeddings_regularizer", "penalty of the vectors", () => RegularizerCatalog.Catalog, x => x.EmbeddingsRegularizer, (x, v) => x with { EmbeddingsRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Adds to each step of a sequence a learned vector for its place.</summary>
        public Node PositionEmbedding() => new PositionEmbedding().Apply(node);
    }
}
