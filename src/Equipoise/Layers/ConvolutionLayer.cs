using Equipoise.Activations;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>What convolutions over sequences and over images have in common.</summary>
/// <param name="Filters">Channels of the output, at least 1.</param>
public abstract record ConvolutionLayer(int Filters) : Layer
{
    /// <summary>What happens at the edges.</summary>
    public WindowPadding Padding { get; init; } = WindowPadding.Valid;

    /// <summary>Cuts channels and filters into so many groups that do not see each other; must divide both.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Applied to the result; null for none.</summary>
    public Activation? Activation { get; init; }

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Fills the kernel.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Fills the bias.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty of the kernel.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty of the bias.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <summary>Penalty of the output, divided by the rows of the batch.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <summary>How the kernel slides.</summary>
    protected abstract Window Window { get; }

    /// <inheritdoc/>
    public sealed override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(GetType().Name, nameof(Filters), Filters, 1);
        var shape = inputs[0].Shape;
        _ = Window.OutputShape(shape, Filters);          // says what is wrong before a kernel of a wrong shape is made
        if (Groups < 1 || shape.Width % Groups != 0 || Filters % Groups != 0) throw new ShapeException($"has {Groups} groups, which must divide both its {Filters} filters and the {shape.Width} channels of the input {shape}.");
        var kernel = builder.Parameter("kernel", new Shape([.. Window.Size, shape.Width / Groups, Filters]), KernelInitializer, KernelRegularizer);
        var bias = UseBias ? builder.Parameter("bias", new Shape(Filters), BiasInitializer, BiasRegularizer) : null;
        Operation operation = Groups == 1 ? new Convolution(Window, kernel, bias) : new GroupedConvolution(Window, Groups, kernel, bias, Filters);
        var output = builder.Activate(builder.Add(operation, inputs[0]), Activation);
        builder.ActivityPenalty(output, ActivityRegularizer);
        return output;
    }
}
