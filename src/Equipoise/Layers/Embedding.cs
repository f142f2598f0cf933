using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>A vector for each token: rows of [length] whole numbers become sequences [length, width].</summary>
/// <remarks>The table [vocabulary, width] begins uniform in [-0.05, 0.05]; the vocabulary is that of the input. A step visits only the rows that it needs, where the optimizer permits (docs/tables.md). Source: Keras 3, Embedding.</remarks>
/// <param name="Width">Numbers of a vector, at least 1.</param>
public sealed record Embedding(int Width) : Layer
{
    /// <summary>Whether token 0 is padding: later layers then leave its steps out. Its vector is trained like any other where they do not.</summary>
    public bool MaskZero { get; init; }

    /// <summary>Fills the table.</summary>
    public Initializer EmbeddingsInitializer { get; init; } = new RandomUniform(-0.05, 0.05);

    /// <summary>Penalty of the table.</summary>
    public Regularizer? EmbeddingsRegularizer { get; init; }

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(Embedding), nameof(Width), Width, 1);
        if (inputs[0].Operation is not InputIndices indices)
        {
            throw new ShapeException($"wants an input of whole numbers, but '{inputs[0].Name}' gives numbers {inputs[0].Shape}. Put it straight after an Input.Tokens.");
        }
        var table = builder.Parameter("embeddings", new Shape(indices.Vocabulary, Width), EmbeddingsInitializer, EmbeddingsRegularizer);
        var output = builder.Add(new Engine.Operations.Embedding(table), inputs[0]);
        if (MaskZero) output.Mask = builder.Add(new NotZeroMask(), inputs[0]);
        return output;
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>embedding</c>.</summary>
    public static readonly Entry<Layer> Embedding = Add("embedding", "a vector for each token", new Embedding(32),
        Setting<Layer>.Integer<Embedding>("width", "numbers of a vector", x => x.Width, (x, v) => x with { Width = v }, minimum: 1),
        Setting<Layer>.Flag<Embedding>("mask_zero", "whether token 0 is padding that later layers leave out", x => x.MaskZero, (x, v) => x with { MaskZero = v }),
        Setting<Layer>.Component<Embedding, Initializer>("embeddings_initializer", "fills the table", () => InitializerCatalog.Catalog,
            x => x.EmbeddingsInitializer, (x, v) => x with { EmbeddingsInitializer = v ?? new RandomUniform(-0.05, 0.05) }),
        Setting<Layer>.Component<Embedding, Regularizer>("embeddings_regularizer", "penalty of the table", () => RegularizerCatalog.Catalog, x => x.EmbeddingsRegularizer, (x, v) => x with { EmbeddingsRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>A vector for each token.</summary>
        /// <param name="width">Numbers of a vector.</param>
        /// <param name="maskZero">Whether token 0 is padding that later layers leave out.</param>
        public Node Embedding(int width, bool maskZero = false) => new Embedding(width) { MaskZero = maskZero }.Apply(node);
    }
}
