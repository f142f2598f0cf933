using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Brings each channel (the last axis) to mean 0 and variance 1 over the batch, then scales and shifts it by learned numbers; outside of training by moving averages of the batches.</summary>
/// <remarks>
/// y = γ·(x − mean)/√(variance + ε) + β. If frozen, the moving averages are used in training too, and stay. A mask of the input says which positions enter the statistics. Formulas and source: <see cref="NormalizeBatch"/>.
/// </remarks>
/// <param name="Momentum">Share of itself that a moving average keeps in a step.</param>
/// <param name="Epsilon">ε, added to the variance.</param>
public sealed record BatchNormalization(double Momentum = 0.99, double Epsilon = 1e-3) : Layer
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
        Require.Between(nameof(BatchNormalization), nameof(Momentum), Momentum, 0, 1);
        Require.Above(nameof(BatchNormalization), nameof(Epsilon), Epsilon, 0);
        var channels = new Shape(inputs[0].Shape.Width);
        var gamma = Scale ? builder.Parameter("gamma", channels, GammaInitializer, GammaRegularizer) : null;
        var beta = Center ? builder.Parameter("beta", channels, BetaInitializer, BetaRegularizer) : null;
        var mean = builder.Parameter("moving_mean", channels, new Zeros(), trainable: false);
        var variance = builder.Parameter("moving_variance", channels, new Ones(), trainable: false);
        bool frozen = !Trainable || gamma is { Trainable: false } || beta is { Trainable: false };
        var operation = new NormalizeBatch(gamma, beta, mean, variance, Momentum, Epsilon, usesMoving: frozen);
        return inputs[0].Mask is { } mask && mask.Shape.Size == inputs[0].Shape.Positions ? builder.Add(operation, inputs[0], mask) : builder.Add(operation, inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>batch_normalization</c>.</summary>
    public static readonly Entry<Layer> BatchNormalization = Add("batch_normalization", "mean 0 and variance 1 for each channel over the batch", new BatchNormalization(),
        Setting<Layer>.Number<BatchNormalization>("momentum", "share of itself that a moving average keeps in a step", x => x.Momentum, (x, v) => x with { Momentum = v }, minimum: 0, maximum: 1),
        Setting<Layer>.Number<BatchNormalization>("epsilon", "added to the variance", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0),
        Setting<Layer>.Flag<BatchNormalization>("center", "whether a learned shift is added", x => x.Center, (x, v) => x with { Center = v }),
        Setting<Layer>.Flag<BatchNormalization>("scale", "whether a learned factor is applied", x => x.Scale, (x, v) => x with { Scale = v }),
        Setting<Layer>.Component<BatchNormalization, Initializer>("gamma_initializer", "fills the factors", () => InitializerCatalog.Catalog, x => x.GammaInitializer, (x, v) => x with { GammaInitializer = v ?? new Ones() }),
        Setting<Layer>.Component<BatchNormalization, Initializer>("beta_initializer", "fills the shifts", () => InitializerCatalog.Catalog, x => x.BetaInitializer, (x, v) => x with { BetaInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<BatchNormalization, Regularizer>("gamma_regularizer", "penalty of the factors", () => RegularizerCatalog.Catalog, x => x.GammaRegularizer, (x, v) => x with { GammaRegularizer = v }),
        Setting<Layer>.Component<BatchNormalization, Regularizer>("beta_regularizer", "penalty of the shifts", () => RegularizerCatalog.Catalog, x => x.BetaRegularizer, (x, v) => x with { BetaRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it.</summary>
        public Node BatchNormalization(double momentum = 0.99, double epsilon = 1e-3) => new BatchNormalization(momentum, epsilon).Apply(node);
    }
}
