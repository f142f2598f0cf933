using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Learned filters that slide over images [height, width, channels], each over one channel alone.</summary>
/// <remarks>The kernel is [height, width, channels, multiplier]; output channel c·multiplier + j comes from channel c. Source: Keras 3, DepthwiseConv2D.</remarks>
/// <param name="KernelSize">Extent of the filters.</param>
public sealed record DepthwiseConv2D(Extent KernelSize) : Layer
{
    /// <summary>How many filters each channel has.</summary>
    public int DepthMultiplier { get; init; } = 1;

    /// <summary>How far the filters move at a time.</summary>
    public Extent Strides { get; init; } = 1;

    /// <summary>Distance between neighbouring elements of a filter; above 1 only with strides of 1.</summary>
    public Extent Dilations { get; init; } = 1;

    /// <summary>What happens at the edges.</summary>
    public WindowPadding Padding { get; init; } = WindowPadding.Valid;

    /// <summary>Applied to the result; null for none.</summary>
    public Activation? Activation { get; init; }

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Fills the kernel.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Penalty of the kernel.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(DepthwiseConv2D), nameof(DepthMultiplier), DepthMultiplier, 1);
        var window = new Window(KernelSize.ToList(), Strides.ToList(), Padding) { Dilations = Dilations.ToList() };
        var shape = inputs[0].Shape;
        _ = window.OutputShape(shape, shape.Width);            // says what is wrong before a kernel of a wrong shape is made
        int filters = shape.Width * DepthMultiplier;
        var kernel = builder.Parameter("kernel", new Shape([.. window.Size, shape.Width, DepthMultiplier]), KernelInitializer, KernelRegularizer);
        var bias = UseBias ? builder.Parameter("bias", new Shape(filters), new Zeros()) : null;
        return builder.Activate(builder.Add(new GroupedConvolution(window, shape.Width, kernel, bias, filters), inputs[0]), Activation);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>depthwise_conv2d</c>.</summary>
    public static readonly Entry<Layer> DepthwiseConv2D = Add("depthwise_conv2d", "learned filters, each over one channel alone", new DepthwiseConv2D(3),
        Setting<Layer>.Integers<DepthwiseConv2D>("kernel_size", "extent of the filters; one number or height and width", x => x.KernelSize.ToList(), (x, v) => x with { KernelSize = Extent.From(v) }, minimum: 1),
        Setting<Layer>.Integer<DepthwiseConv2D>("depth_multiplier", "how many filters each channel has", x => x.DepthMultiplier, (x, v) => x with { DepthMultiplier = v }, minimum: 1),
        Setting<Layer>.Integers<DepthwiseConv2D>("strides", "how far the filters move at a time; one number or height and width", x => x.Strides.ToList(), (x, v) => x with { Strides = Extent.From(v) }, minimum: 1),
        Setting<Layer>.Integers<DepthwiseConv2D>("dilations", "distance between neighbouring elements of a filter; one number or height and width", x => x.Dilations.ToList(), (x, v) => x with { Dilations = Extent.From(v) }, minimum: 1),
        Setting<Layer>.Choice<DepthwiseConv2D, WindowPadding>("padding", "what happens at the edges", x => x.Padding, (x, v) => x with { Padding = v }),
        Setting<Layer>.Component<DepthwiseConv2D, Activation>("activation", "applied to the result", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }),
        Setting<Layer>.Flag<DepthwiseConv2D>("use_bias", "whether a bias is added", x => x.UseBias, (x, v) => x with { UseBias = v }),
        Setting<Layer>.Component<DepthwiseConv2D, Initializer>("kernel_initializer", "fills the kernel", () => InitializerCatalog.Catalog, x => x.KernelInitializer, (x, v) => x with { KernelInitializer = v ?? new GlorotUniform() }),
        Setting<Layer>.Component<DepthwiseConv2D, Regularizer>("kernel_regularizer", "penalty of the kernel", () => RegularizerCatalog.Catalog, x => x.KernelRegularizer, (x, v) => x with { KernelRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Learned filters, each over one channel alone.</summary>
        /// <param name="kernelSize">Extent of the filters.</param>
        /// <param name="activation">Applied to the result; null for none.</param>
        /// <param name="padding">What happens at the edges.</param>
        public Node DepthwiseConv2D(Extent kernelSize, Activation? activation = null, WindowPadding padding = WindowPadding.Valid)
            => new DepthwiseConv2D(kernelSize) { Activation = activation, Padding = padding }.Apply(node);
    }
}
