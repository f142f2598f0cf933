using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Brings groups of channels to mean 0 and variance 1 over all positions of a row, then scales and shifts each channel. Unlike batch normalisation a row does not depend on its neighbours.</summary>
/// <remarks>y = γ·(x − mean)/√(variance + ε) + β, with mean and biased variance over positions × channels/groups; γ begins as ones, β as zeros, one for each channel.
/// One group normalises over all channels; as many groups as channels is instance normalisation. Takes any shape; masks are passed on but not looked at, as in Keras.
/// Source: Wu and He, "Group normalization", 2018; Keras 3, GroupNormalization.</remarks>
/// <param name="Groups">How many groups; must divide the channels.</param>
/// <param name="Epsilon">ε, added to the variance.</param>
public sealed record GroupNormalization(int Groups = 32, double Epsilon = 1e-3) : Layer
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
        Require.Above(nameof(GroupNormalization), nameof(Epsilon), Epsilon, 0);
        Require.AtLeast(nameof(GroupNormalization), nameof(Groups), Groups, 1);
        var channels = new Shape(inputs[0].Shape.Width);
        var gamma = Scale ? builder.Parameter("gamma", channels, GammaInitializer, GammaRegularizer) : null;
        var beta = Center ? builder.Parameter("beta", channels, BetaInitializer, BetaRegularizer) : null;
        return builder.Add(new NormalizeGroups(Groups, gamma, beta, Epsilon), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>group_normalization</c>.</summary>
    public static readonly Entry<Layer> GroupNormalization = Add("group_normalization", "mean 0 and variance 1 over groups of channels of each row", new GroupNormalization(),
        Setting<Layer>.Integer<GroupNormalization>("groups", "how many groups; must divide the channels", x => x.Groups, (x, v) => x with { Groups = v }, minimum: 1),
        Setting<Layer>.Number<GroupNormalization>("epsilon", "added to the variance", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0),
        Setting<Layer>.Flag<GroupNormalization>("center", "whether a learned shift is added", x => x.Center, (x, v) => x with { Center = v }),
        Setting<Layer>.Flag<GroupNormalization>("scale", "whether a learned factor is applied", x => x.Scale, (x, v) => x with { Scale = v }),
        Setting<Layer>.Component<GroupNormalization, Initializer>("gamma_initializer", "fills the factors", () => InitializerCatalog.Catalog, x => x.GammaInitializer, (x, v) => x with { GammaInitializer = v ?? new Ones() }),
        Setting<Layer>.Component<GroupNormalization, Initializer>("beta_initializer", "fills the shifts", () => InitializerCatalog.Catalog, x => x.BetaInitializer, (x, v) => x with { BetaInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<GroupNormalization, Regularizer>("gamma_regularizer", "penalty of the factors", () => RegularizerCatalog.Catalog, x => x.GammaRegularizer, (x, v) => x with { GammaRegularizer = v }),
        Setting<Layer>.Component<GroupNormalization, Regularizer>("beta_regularizer", "penalty of the shifts", () => RegularizerCatalog.Catalog, x => x.BetaRegularizer, (x, v) => x with { BetaRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Brings groups of channels to mean 0 and variance 1 over all positions of a row.</summary>
        /// <param name="groups">How many groups; must divide the channels.</param>
        public Node GroupNormalization(int groups) => new GroupNormalization(groups).Apply(node);
    }
}
