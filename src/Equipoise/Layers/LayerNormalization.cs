using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Brings the last axis to mean 0 and variance 1, at every position by itself, then scales and shifts it by learned numbers.</summary>
/// <remarks>y = γ·(x − mean)/√(variance + ε) + β; the same in training and after. Formulas and source: <see cref="NormalizeRows"/>.</remarks>
/// <param name="Axes">How many of the last axes are normalised together.</param>
/// <param name="Epsilon">ε, added to the variance.</param>
public sealed record LayerNormalization(int Axes = 1, double Epsilon = 1e-3) : Layer
{
    /// <summary>Whether there is β.</summary>
    public bool Center { get; init; } = true;

    /// <summary>Whether there is γ.</summary>
    public bool Scale { get; init; } = true;

    /// <summary>Fills γ.</summary>
    public Initializer GammaInitializer { get; init; } = new Ones();

    /// <summary>Fills β.</summary>
    public Initializer BetaInitializer { get; init; } = new Zeros();

    /// <summary>Penalty of γ.</summary>
    public Regularizer? GammaRegularizer { get; init; }

    /// <summary>Penalty of β.</summary>
    public Regularizer? BetaRegularizer { get; init; }

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.Above(nameof(LayerNormalization), nameof(Epsilon), Epsilon, 0);
        var shape = inputs[0].Shape;
        if (Axes < 1 || Axes > shape.Rank) throw new ShapeException($"normalises the last {Axes} axes together, but the input is {shape}.");
        var group = new Shape([.. shape.Dimensions.Skip(shape.Rank - Axes)]);
        var gamma = Scale ? builder.Parameter("gamma", group, GammaInitializer, GammaRegularizer) : null;
        var beta = Center ? builder.Parameter("beta", group, BetaInitializer, BetaRegularizer) : null;
        return builder.Add(new NormalizeRows(group.Size, gamma, beta, Epsilon), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>layer_normalization</c>.</summary>
    public static readonly Entry<Layer> LayerNormalization = Add("layer_normalization", "mean 0 and variance 1 over the last axis of each row", new LayerNormalization(),
        Setting<Layer>.Integer<LayerNormalization>("axes", "how many of the last axes are normalised together", x => x.Axes, (x, v) => x with { Axes = v }, minimum: 1),
        Setting<Layer>.Number<LayerNormalization>("epsilon", "added to the variance", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0),
        Setting<Layer>.Flag<LayerNormalization>("center", "whether a learned shift is added", x => x.Center, (x, v) => x with { Center = v }),
        Setting<Layer>.Flag<LayerNormalization>("scale", "whether a learned factor is applied", x => x.Scale, (x, v) => x with { Scale = v }),
        Setting<Layer>.Component<LayerNormalization, Initializer>("gamma_initializer", "fills the factors", () => InitializerCatalog.Catalog, x => x.GammaInitializer, (x, v) => x with { GammaInitializer = v ?? new Ones() }),
        Setting<Layer>.Component<LayerNormalization, Initializer>("beta_initializer", "fills the shifts", () => InitializerCatalog.Catalog, x => x.BetaInitializer, (x, v) => x with { BetaInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<LayerNormalization, Regularizer>("gamma_regularizer", "penalty of the factors", () => RegularizerCatalog.Catalog, x => x.GammaRegularizer, (x, v) => x with { GammaRegularizer = v }),
        Setting<Layer>.Component<LayerNormalization, Regularizer>("beta_regularizer", "penalty of the shifts", () => RegularizerCatalog.Catalog, x => x.BetaRegularizer, (x, v) => x with { BetaRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Brings the last axis to mean 0 and variance 1, at every position by itself, then scales and shifts it.</summary>
        public Node LayerNormalization(int axes = 1, double epsilon = 1e-3) => new LayerNormalization(axes, epsilon).Apply(node);
    }
}
