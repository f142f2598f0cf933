using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Learned filters that slide over sequences [length, channels].</summary>
/// <remarks>The kernel is [size, channels, filters]. Gives no mask on. Source: Keras 3, Conv1D.</remarks>
/// <param name="Filters">Channels of the output, at least 1.</param>
/// <param name="KernelSize">Extent of the filters.</param>
public sealed record Conv1D(int Filters, int KernelSize) : ConvolutionLayer(Filters)
{
    /// <summary>How far the filters move at a time.</summary>
    public int Strides { get; init; } = 1;

    /// <summary>Distance between neighbouring elements of a filter; above 1 only with strides of 1.</summary>
    public int Dilations { get; init; } = 1;

    /// <inheritdoc/>
    protected override Window Window => new([KernelSize], [Strides], Padding) { Dilations = [Dilations] };
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>conv1d</c>.</summary>
    public static readonly Entry<Layer> Conv1D = Add("conv1d", "learned filters that slide over sequences", new Conv1D(32, 3),
        Setting<Layer>.Integer<Conv1D>("filters", "channels of the output", x => x.Filters, (x, v) => x with { Filters = v }, minimum: 1),
        Setting<Layer>.Integer<Conv1D>("kernel_size", "extent of the filters", x => x.KernelSize, (x, v) => x with { KernelSize = v }, minimum: 1),
        Setting<Layer>.Integer<Conv1D>("strides", "how far the filters move at a time", x => x.Strides, (x, v) => x with { Strides = v }, minimum: 1),
        Setting<Layer>.Integer<Conv1D>("dilations", "distance between neighbouring elements of a filter", x => x.Dilations, (x, v) => x with { Dilations = v }, minimum: 1),
        Setting<Layer>.Integer<Conv1D>("groups", "groups of channels and filters that do not see each other", x => x.Groups, (x, v) => x with { Groups = v }, minimum: 1),
        Setting<Layer>.Choice<Conv1D, WindowPadding>("padding", "what happens at the edges", x => x.Padding, (x, v) => x with { Padding = v }),
        Setting<Layer>.Component<Conv1D, Activation>("activation", "applied to the result", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }),
        Setting<Layer>.Flag<Conv1D>("use_bias", "whether a bias is added", x => x.UseBias, (x, v) => x with { UseBias = v }),
        Setting<Layer>.Component<Conv1D, Initializer>("kernel_initializer", "fills the kernel", () => InitializerCatalog.Catalog, x => x.KernelInitializer, (x, v) => x with { KernelInitializer = v ?? new GlorotUniform() }),
        Setting<Layer>.Component<Conv1D, Initializer>("bias_initializer", "fills the bias", () => InitializerCatalog.Catalog, x => x.BiasInitializer, (x, v) => x with { BiasInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<Conv1D, Regularizer>("kernel_regularizer", "penalty of the kernel", () => RegularizerCatalog.Catalog, x => x.KernelRegularizer, (x, v) => x with { KernelRegularizer = v }),
        Setting<Layer>.Component<Conv1D, Regularizer>("bias_regularizer", "penalty of the bias", () => RegularizerCatalog.Catalog, x => x.BiasRegularizer, (x, v) => x with { BiasRegularizer = v }),
        Setting<Layer>.Component<Conv1D, Regularizer>("activity_regularizer", "penalty of the output, divided by the rows of the batch", () => RegularizerCatalog.Catalog, x => x.ActivityRegularizer, (x, v) => x with { ActivityRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Learned filters that slide over sequences [length, channels].</summary>
        /// <param name="filters">Channels of the output.</param>
        /// <param name="kernelSize">Extent of the filters.</param>
        /// <param name="activation">Applied to the result; null for none.</param>
        /// <param name="padding">What happens at the edges.</param>
        public Node Conv1D(int filters, int kernelSize, Activation? activation = null, WindowPadding padding = WindowPadding.Valid)
            => new Conv1D(filters, kernelSize) { Activation = activation, Padding = padding }.Apply(node);
    }
}
