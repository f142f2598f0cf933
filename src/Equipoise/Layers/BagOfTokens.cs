using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>A dense layer on a sparse weighted bag: y = activation(Σ weight × W[token] + b). Wide texts cost only what they contain.</summary>
/// <remarks>W [vocabulary, units] begins as <see cref="GlorotUniform"/>, b [units] as zeros. A step visits only the rows of W that it needs, where the optimizer permits (docs/tables.md). Feed it from an <c>Input.Bag</c>.</remarks>
/// <param name="Units">Width of the output, at least 1.</param>
public sealed record BagOfTokens(int Units) : Layer
{
    /// <summary>Applied to the result; null for none.</summary>
    public Activation? Activation { get; init; }

    /// <summary>Whether there is b.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Fills W.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Fills b.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty of W.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(BagOfTokens), nameof(Units), Units, 1);
        if (inputs[0].Operation is not InputBag bag)
        {
            throw new ShapeException($"wants an input of bags, but '{inputs[0].Name}' gives {inputs[0].Shape}. Put it straight after an Input.Bag, or use Dense.");
        }
        var kernel = builder.Parameter("kernel", new Shape(bag.Vocabulary, Units), KernelInitializer, KernelRegularizer);
        var bias = UseBias ? builder.Parameter("bias", new Shape(Units), BiasInitializer) : null;
        return builder.Activate(builder.Add(new Engine.Operations.BagOfTokens(kernel, bias), inputs[0]), Activation);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>bag_of_tokens</c>.</summary>
    public static readonly Entry<Layer> BagOfTokens = Add("bag_of_tokens", "a dense layer on a sparse weighted bag", new BagOfTokens(128),
        Setting<Layer>.Integer<BagOfTokens>("units", "width of the output", x => x.Units, (x, v) => x with { Units = v }, minimum: 1),
        Setting<Layer>.Component<BagOfTokens, Activation>("activation", "applied to the result", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }),
        Setting<Layer>.Flag<BagOfTokens>("use_bias", "whether a bias is added", x => x.UseBias, (x, v) => x with { UseBias = v }),
        Setting<Layer>.Component<BagOfTokens, Initializer>("kernel_initializer", "fills the kernel", () => InitializerCatalog.Catalog, x => x.KernelInitializer, (x, v) => x with { KernelInitializer = v ?? new GlorotUniform() }),
        Setting<Layer>.Component<BagOfTokens, Initializer>("bias_initializer", "fills the bias", () => InitializerCatalog.Catalog, x => x.BiasInitializer, (x, v) => x with { BiasInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<BagOfTokens, Regularizer>("kernel_regularizer", "penalty of the kernel", () => RegularizerCatalog.Catalog, x => x.KernelRegularizer, (x, v) => x with { KernelRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>A dense layer on a sparse weighted bag.</summary>
        /// <param name="units">Width of the output.</param>
        /// <param name="activation">Applied to the result; null for none.</param>
        public Node BagOfTokens(int units, Activation? activation = null) => new BagOfTokens(units) { Activation = activation }.Apply(node);
    }
}
