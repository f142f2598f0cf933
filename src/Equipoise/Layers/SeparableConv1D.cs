using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>A convolution in two steps, with far fewer weights than one: filters over each channel alone, then a mix of the channels at each position.</summary>
/// <remarks>Kernels: depthwise [size, channels, multiplier], pointwise [1, channels·multiplier, filters]. Source: Keras 3, SeparableConv1D.</remarks>
/// <param name="Filters">Channels of the output, at least 1.</param>
/// <param name="KernelSize">Extent of the filters over each channel.</param>
public sealed record SeparableConv1D(int Filters, int KernelSize) : Layer
{
    /// <summary>How many filters each channel has in the first step.</summary>
    public int DepthMultiplier { get; init; } = 1;

    /// <summary>How far the filters move at a time.</summary>
    public int Strides { get; init; } = 1;

    /// <summary>Distance between neighbouring elements of a filter; above 1 only with strides of 1.</summary>
    public int Dilations { get; init; } = 1;

    /// <summary>What happens at the edges.</summary>
    public WindowPadding Padding { get; init; } = WindowPadding.Valid;

    /// <summary>Applied to the result; null for none.</summary>
    public Activation? Activation { get; init; }

    /// <summary>Whether there is a bias, after the second step.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Fills both kernels.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Penalty of both kernels.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(SeparableConv1D), nameof(Filters), Filters, 1);
        Require.AtLeast(nameof(SeparableConv1D), nameof(DepthMultiplier), DepthMultiplier, 1);
        var window = new Window([KernelSize], [Strides], Padding) { Dilations = [Dilations] };
        var pixel = new Window([1], [1]);
        var shape = inputs[0].Shape;
        _ = window.OutputShape(shape, shape.Width);            // says what is wrong before a kernel of a wrong shape is made
        int middle = shape.Width * DepthMultiplier;
        var depthwise = builder.Parameter("depthwise_kernel", new Shape([.. window.Size, shape.Width, DepthMultiplier]), KernelInitializer, KernelRegularizer);
        var pointwise = builder.Parameter("pointwise_kernel", new Shape([.. pixel.Size, middle, Filters]), KernelInitializer, KernelRegularizer);
        var bias = UseBias ? builder.Parameter("bias", new Shape(Filters), new Zeros()) : null;
        var filtered = builder.Add(new GroupedConvolution(window, shape.Width, depthwise, null, middle), inputs[0]);
        return builder.Activate(builder.Add(new Convolution(pixel, pointwise, bias), filtered), Activation);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>separable_conv1d</c>.</summary>
    public static readonly Entry<Layer> SeparableConv1D = Add("separable_conv1d", "filters over each channel, then a mix of the channels", new SeparableConv1D(32, 3),
        Setting<Layer>.Integer<SeparableConv1D>("filters", "channels of the output", x => x.Filters, (x, v) => x with { Filters = v }, minimum: 1),
        Setting<Layer>.Integer<SeparableConv1D>("kernel_size", "extent of the filters", x => x.KernelSize, (x, v) => x with { KernelSize = v }, minimum: 1),
        Setting<Layer>.Integer<SeparableConv1D>("depth_multiplier", "how many filters each channel has", x => x.DepthMultiplier, (x, v) => x with { DepthMultiplier = v }, minimum: 1),
        Setting<Layer>.Integer<SeparableConv1D>("strides", "how far the filters move at a time", x => x.Strides, (x, v) => x with { Strides = v }, minimum: 1),
        Setting<Layer>.Integer<SeparableConv1D>("dilations", "distance between neighbouring elements of a filter", x => x.Dilations, (x, v) => x with { Dilations = v }, minimum: 1),
        Setting<Layer>.Choice<SeparableConv1D, WindowPadding>("padding", "what happens at the edges", x => x.Padding, (x, v) => x with { Padding = v }),
        Setting<Layer>.Component<SeparableConv1D, Activation>("activation", "applied to the result", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }),
        Setting<Layer>.Flag<SeparableConv1D>("use_bias", "whether a bias is added", x => x.UseBias, (x, v) => x with { UseBias = v }),
        Setting<Layer>.Component<SeparableConv1D, Initializer>("kernel_initializer", "fills the kernel", () => InitializerCatalog.Catalog, x => x.KernelInitializer, (x, v) => x with { KernelInitializer = v ?? new GlorotUniform() }),
        Setting<Layer>.Component<SeparableConv1D, Regularizer>("kernel_regularizer", "penalty of the kernel", () => RegularizerCatalog.Catalog, x => x.KernelRegularizer, (x, v) => x with { KernelRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>A convolution in two steps: filters over each channel alone, then a mix of the channels.</summary>
        /// <param name="filters">Channels of the output.</param>
        /// <param name="kernelSize">Extent of the filters over each channel.</param>
        /// <param name="activation">Applied to the result; null for none.</param>
        /// <param name="padding">What happens at the edges.</param>
        public Node SeparableConv1D(int filters, int kernelSize, Activation? activation = null, WindowPadding padding = WindowPadding.Valid)
            => new SeparableConv1D(filters, kernelSize) { Activation = activation, Padding = padding }.Apply(node);
    }
}
