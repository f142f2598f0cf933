using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>y = x above 0 and a·x below, where the slope a of each number of a row is learned; it begins at 0.</summary>
/// <remarks>Source: He and others, "Delving deep into rectifiers", 2015.</remarks>
public sealed record PRelu : Layer
{
    /// <summary>Fills the slopes.</summary>
    public Initializer AlphaInitializer { get; init; } = new Zeros();

    /// <summary>Penalty of the slopes.</summary>
    public Regularizer? AlphaRegularizer { get; init; }

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
        => builder.Add(new ParametricRelu(builder.Parameter("alpha", inputs[0].Shape, AlphaInitializer, AlphaRegularizer)), inputs[0]);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>prelu</c>.</summary>
    public static readonly Entry<Layer> PRelu = Add("prelu", "a relu whose slopes below 0 are learned", new PRelu(),
        Setting<Layer>.Component<PRelu, Initializer>("alpha_initializer", "fills the slopes", () => InitializerCatalog.Catalog, x => x.AlphaInitializer, (x, v) => x with { AlphaInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<PRelu, Regularizer>("alpha_regularizer", "penalty of the slopes", () => RegularizerCatalog.Catalog, x => x.AlphaRegularizer, (x, v) => x with { AlphaRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>A relu whose slopes below 0 are learned.</summary>
        public Node PRelu() => new PRelu().Apply(node);
    }
}
