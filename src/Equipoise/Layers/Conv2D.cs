using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Learned filters that slide over images [height, width, channels].</summary>
/// <remarks>The kernel is [height, width, channels, filters]. Gives no mask on. Source: Keras 3, Conv2D.</remarks>
/// <param name="Filters">Channels of the output, at least 1.</param>
/// <param name="KernelSize">Extent of the filters: a number for a square, or height and width.</param>
public sealed record Conv2D(int Filters, Extent KernelSize) : ConvolutionLayer(Filters)
{
    /// <summary>How far the filters move at a time.</summary>
    public Extent Strides { get; init; } = 1;

    /// <summary>Distance between neighbouring elements of a filter; above 1 only with strides of 1.</summary>
    public Extent Dilations { get; init; } = 1;

    /// <inheritdoc/>
    protected override Window Window => new(KernelSize.ToList(), Strides.ToList(), Padding) { Dilations = Dilations.ToList() };
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>conv2d</c>.</summary>
    public static readonly Entry<Layer> Conv2D = Add("conv2d", "learned filters that slide over images", new Conv2D(32, 3),
        Setting<Layer>.Integer<Conv2D>("filters", "channels of the output", x => x.Filters, (x, v) => x with { Filters = v }, minimum: 1),
        Setting<Layer>.Integers<Conv2D>("kernel_size", "extent of the filters; one number or height and width", x => x.KernelSize.ToList(), (x, v) => x with { KernelSize = Extent.From(v) }, minimum: 1),
        Setting<Layer>.Integers<Conv2D>("strides", "how far the filters move at a time; one number or height and width", x => x.Strides.ToList(), (x, v) => x with { Strides = Extent.From(v) }, minimum: 1),
        Setting<Layer>.Integers<Conv2D>("dilations", "distance between neighbouring elements of a filter; one number or height and width", x => x.Dilations.ToList(), (x, v) => x with { Dilations = Extent.From(v) }, minimum: 1),
        Setting<Layer>.Integer<Conv2D>("groups", "groups of channels and filters that do not see each other", x => x.Groups, (x, v) => x with { Groups = v }, minimum: 1),
        Setting<Layer>.Choice<Conv2D, WindowPadding>("padding", "what happens at the edges", x => x.Padding, (x, v) => x with { Padding = v }),
        Setting<Layer>.Component<Conv2D, Activation>("activation", "applied to the result", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }),
        Setting<Layer>.Flag<Conv2D>("use_bias", "whether a bias is added", x => x.UseBias, (x, v) => x with { UseBias = v }),
        Setting<Layer>.Component<Conv2D, Initializer>("kernel_initializer", "fills the kernel", () => InitializerCatalog.Catalog, x => x.KernelInitializer, (x, v) => x with { KernelInitializer = v ?? new GlorotUniform() }),
        Setting<Layer>.Component<Conv2D, Initializer>("bias_initializer", "fills the bias", () => InitializerCatalog.Catalog, x => x.BiasInitializer, (x, v) => x with { BiasInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<Conv2D, Regularizer>("kernel_regularizer", "penalty of the kernel", () => RegularizerCatalog.Catalog, x => x.KernelRegularizer, (x, v) => x with { KernelRegularizer = v }),
        Setting<Layer>.Component<Conv2D, Regularizer>("bias_regularizer", "penalty of the bias", () => RegularizerCatalog.Catalog, x => x.BiasRegularizer, (x, v) => x with { BiasRegularizer = v }),
        Setting<Layer>.Component<Conv2D, Regularizer>("activity_regularizer", "penalty of the output, divided by the rows of the batch", () => RegularizerCatalog.Catalog, x => x.ActivityRegularizer, (x, v) => x with { ActivityRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Learned filters that slide over images [height, width, channels].</summary>
        /// <param name="filters">Channels of the output.</param>
        /// <param name="kernelSize">Extent of the filters.</param>
        /// <param name="activation">Applied to the result; null for none.</param>
        /// <param name="padding">What happens at the edges.</param>
        public Node Conv2D(int filters, Extent kernelSize, Activation? activation = null, WindowPadding padding = WindowPadding.Valid)
            => new Conv2D(filters, kernelSize) { Activation = activation, Padding = padding }.Apply(node);
    }
}
