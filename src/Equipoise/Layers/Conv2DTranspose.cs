using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Learned filters that spread each pixel over its surroundings, and with strides make images larger.</summary>
/// <remarks>See <see cref="TransposedConvolutionLayer"/>. Gives no mask on. Source: Keras 3, Conv2DTranspose.</remarks>
/// <param name="Filters">Channels of the output, at least 1.</param>
/// <param name="KernelSize">Extent of the filters.</param>
public sealed record Conv2DTranspose(int Filters, Extent KernelSize) : TransposedConvolutionLayer(Filters)
{
    /// <summary>How many times larger the output is.</summary>
    public Extent Strides { get; init; } = 1;

    /// <summary>Distance between neighbouring elements of a filter; above 1 only with strides of 1.</summary>
    public Extent Dilations { get; init; } = 1;

    /// <inheritdoc/>
    protected override Window Window => new(KernelSize.ToList(), Strides.ToList(), Padding) { Dilations = Dilations.ToList() };
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>conv2d_transpose</c>.</summary>
    public static readonly Entry<Layer> Conv2DTranspose = Add("conv2d_transpose", "learned filters that make images larger", new Conv2DTranspose(32, 3) { Strides = 2 },
        Setting<Layer>.Integer<Conv2DTranspose>("filters", "channels of the output", x => x.Filters, (x, v) => x with { Filters = v }, minimum: 1),
        Setting<Layer>.Integers<Conv2DTranspose>("kernel_size", "extent of the filters; one number or height and width", x => x.KernelSize.ToList(), (x, v) => x with { KernelSize = Extent.From(v) }, minimum: 1),
        Setting<Layer>.Integers<Conv2DTranspose>("strides", "how many times larger the output is; one number or height and width", x => x.Strides.ToList(), (x, v) => x with { Strides = Extent.From(v) }, minimum: 1),
        Setting<Layer>.Integers<Conv2DTranspose>("dilations", "distance between neighbouring elements of a filter; one number or height and width", x => x.Dilations.ToList(), (x, v) => x with { Dilations = Extent.From(v) }, minimum: 1),
        Setting<Layer>.Choice<Conv2DTranspose, WindowPadding>("padding", "what happens at the edges; not causal", x => x.Padding, (x, v) => x with { Padding = v }),
        Setting<Layer>.Component<Conv2DTranspose, Activation>("activation", "applied to the result", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }),
        Setting<Layer>.Flag<Conv2DTranspose>("use_bias", "whether a bias is added", x => x.UseBias, (x, v) => x with { UseBias = v }),
        Setting<Layer>.Component<Conv2DTranspose, Initializer>("kernel_initializer", "fills the kernel", () => InitializerCatalog.Catalog, x => x.KernelInitializer, (x, v) => x with { KernelInitializer = v ?? new GlorotUniform() }),
        Setting<Layer>.Component<Conv2DTranspose, Initializer>("bias_initializer", "fills the bias", () => InitializerCatalog.Catalog, x => x.BiasInitializer, (x, v) => x with { BiasInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<Conv2DTranspose, Regularizer>("kernel_regularizer", "penalty of the kernel", () => RegularizerCatalog.Catalog, x => x.KernelRegularizer, (x, v) => x with { KernelRegularizer = v }),
        Setting<Layer>.Component<Conv2DTranspose, Regularizer>("bias_regularizer", "penalty of the bias", () => RegularizerCatalog.Catalog, x => x.BiasRegularizer, (x, v) => x with { BiasRegularizer = v }),
        Setting<Layer>.Component<Conv2DTranspose, Regularizer>("activity_regularizer", "penalty of the output, divided by the rows of the batch", () => RegularizerCatalog.Catalog, x => x.ActivityRegularizer, (x, v) => x with { ActivityRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Learned filters that spread each pixel over its surroundings, and with strides make images larger.</summary>
        /// <param name="filters">Channels of the output.</param>
        /// <param name="kernelSize">Extent of the filters.</param>
        /// <param name="strides">How many times larger the output is.</param>
        /// <param name="activation">Applied to the result; null for none.</param>
        /// <param name="padding">What happens at the edges.</param>
        public Node Conv2DTranspose(int filters, Extent kernelSize, Extent strides, Activation? activation = null, WindowPadding padding = WindowPadding.Valid)
            => new Conv2DTranspose(filters, kernelSize) { Strides = strides, Activation = activation, Padding = padding }.Apply(node);
    }
}
