using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Every unit sees every number of the last axis: y = activation(x·W + b). On sequences and images it works at each position.</summary>
/// <remarks>W [in, units] begins as <see cref="GlorotUniform"/>, b [units] as zeros. Source: Keras 3, Dense.</remarks>
/// <param name="Units">Width of the output, at least 1.</param>
public sealed record Dense(int Units) : Layer
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

    /// <summary>Penalty of b.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Penalty of the output, divided by the rows of the batch.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        if (inputs[0].Shape.Rank == 0) throw new ShapeException("wants rows of [n] numbers, but each row is a single number of no axis. Give the input a width of 1.");
        var kernel = builder.Parameter("kernel", new Shape(inputs[0].Shape.Width, Units), KernelInitializer, KernelRegularizer);
        var bias = UseBias ? builder.Parameter("bias", new Shape(Units), BiasInitializer, BiasRegularizer) : null;
        var output = builder.Activate(builder.Add(new Affine(kernel, bias), inputs[0]), Activation);
        builder.ActivityPenalty(output, ActivityRegularizer);
        return output;
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>dense</c>.</summary>
    public static readonly Entry<Layer> Dense = Add("dense", "every unit sees every number of the last axis", new Dense(32),
        Setting<Layer>.Integer<Dense>("units", "width of the output", x => x.Units, (x, v) => x with { Units = v }, minimum: 1),
        Setting<Layer>.Component<Dense, Activation>("activation", "applied to the result", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }),
        Setting<Layer>.Flag<Dense>("use_bias", "whether a bias is added", x => x.UseBias, (x, v) => x with { UseBias = v }),
        Setting<Layer>.Component<Dense, Initializer>("kernel_initializer", "fills the kernel", () => InitializerCatalog.Catalog, x => x.KernelInitializer, (x, v) => x with { KernelInitializer = v ?? new GlorotUniform() }),
        Setting<Layer>.Component<Dense, Initializer>("bias_initializer", "fills the bias", () => InitializerCatalog.Catalog, x => x.BiasInitializer, (x, v) => x with { BiasInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<Dense, Regularizer>("kernel_regularizer", "penalty of the kernel", () => RegularizerCatalog.Catalog, x => x.KernelRegularizer, (x, v) => x with { KernelRegularizer = v }),
        Setting<Layer>.Component<Dense, Regularizer>("bias_regularizer", "penalty of the bias", () => RegularizerCatalog.Catalog, x => x.BiasRegularizer, (x, v) => x with { BiasRegularizer = v }),
        Setting<Layer>.Component<Dense, Regularizer>("activity_regularizer", "penalty of the output, divided by the rows of the batch", () => RegularizerCatalog.Catalog, x => x.ActivityRegularizer, (x, v) => x with { ActivityRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>A dense layer: y = activation(x·W + b).</summary>
        /// <param name="units">Width of the output.</param>
        /// <param name="activation">Applied to the result; null for none.</param>
        public Node Dense(int units, Activation? activation = null) => new Dense(units) { Activation = activation }.Apply(node);
    }
}
