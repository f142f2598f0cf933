using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Learned filters that spread each step over its surroundings, and with strides make sequences larger.</summary>
/// <remarks>See <see cref="TransposedConvolutionLayer"/>. Gives no mask on. Source: Keras 3, Conv1DTranspose.</remarks>
/// <param name="Filters">Channels of the output, at least 1.</param>
/// <param name="KernelSize">Extent of the filters.</param>
public sealed record Conv1DTranspose(int Filters, int KernelSize) : TransposedConvolutionLayer(Filters)
{
    /// <summary>How many times larger the output is.</summary>
    public int Strides { get; init; } = 1;

    /// <summary>Distance between neighbouring elements of a filter; above 1 only with strides of 1.</summary>
    public int Dilations { get; init; } = 1;

    /// <inheritdoc/>
    protected override Window Window => new([KernelSize], [Strides], Padding) { Dilations = [Dilations] };
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>conv1d_transpose</c>.</summary>
    public static readonly Entry<Layer> Conv1DTranspose = Add("conv1d_transpose", "learned filters that make sequences larger", new Conv1DTranspose(32, 3) { Strides = 2 },
        Setting<Layer>.Integer<Conv1DTranspose>("filters", "channels of the output", x => x.Filters, (x, v) => x with { Filters = v }, minimum: 1),
        Setting<Layer>.Integer<Conv1DTranspose>("kernel_size", "steps of the filters", x => x.KernelSize, (x, v) => x with { KernelSize = v }, minimum: 1),
        Setting<Layer>.Integer<Conv1DTranspose>("strides", "how many times longer the output is", x => x.Strides, (x, v) => x with { Strides = v }, minimum: 1),
        Setting<Layer>.Integer<Conv1DTranspose>("dilations", "distance between neighbouring elements of a filter", x => x.Dilations, (x, v) => x with { Dilations = v }, minimum: 1),
        Setting<Layer>.Choice<Conv1DTranspose, WindowPadding>("padding", "what happens at the edges; not causal", x => x.Padding, (x, v) => x with { Padding = v }),
        Setting<Layer>.Component<Conv1DTranspose, Activation>("activation", "applied to the result", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }),
        Setting<Layer>.Flag<Conv1DTranspose>("use_bias", "whether a bias is added", x => x.UseBias, (x, v) => x with { UseBias = v }),
        Setting<Layer>.Component<Conv1DTranspose, Initializer>("kernel_initializer", "fills the kernel", () => InitializerCatalog.Catalog, x => x.KernelInitializer, (x, v) => x with { KernelInitializer = v ?? new GlorotUniform() }),
        Setting<Layer>.Component<Conv1DTranspose, Initializer>("bias_initializer", "fills the bias", () => InitializerCatalog.Catalog, x => x.BiasInitializer, (x, v) => x with { BiasInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<Conv1DTranspose, Regularizer>("kernel_regularizer", "penalty of the kernel", () => RegularizerCatalog.Catalog, x => x.KernelRegularizer, (x, v) => x with { KernelRegularizer = v }),
        Setting<Layer>.Component<Conv1DTranspose, Regularizer>("bias_regularizer", "penalty of the bias", () => RegularizerCatalog.Catalog, x => x.BiasRegularizer, (x, v) => x with { BiasRegularizer = v }),
        Setting<Layer>.Component<Conv1DTranspose, Regularizer>("activity_regularizer", "penalty of the output, divided by the rows of the batch", () => RegularizerCatalog.Catalog, x => x.ActivityRegularizer, (x, v) => x with { ActivityRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Learned filters that spread each step over its surroundings, and with strides make sequences larger.</summary>
        /// <param name="filters">Channels of the output.</param>
        /// <param name="kernelSize">Extent of the filters.</param>
        /// <param name="strides">How many times larger the output is.</param>
        /// <param name="activation">Applied to the result; null for none.</param>
        /// <param name="padding">What happens at the edges.</param>
        public Node Conv1DTranspose(int filters, int kernelSize, int strides, Activation? activation = null, WindowPadding padding = WindowPadding.Valid)
            => new Conv1DTranspose(filters, kernelSize) { Strides = strides, Activation = activation, Padding = padding }.Apply(node);
    }
}
