using Equipoise.Activations;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>What transposed convolutions over sequences and over images have in common.</summary>
/// <remarks>With strides s an axis of n grows to n·s with same padding, and to n·s + max(k − s, 0) with valid padding, k being the reach of the kernel. The kernel is [extent.., filters, channels].</remarks>
/// <param name="Filters">Channels of the output, at least 1.</param>
public abstract record TransposedConvolutionLayer(int Filters) : Layer
{
    /// <summary>What happens at the edges; not causal.</summary>
    public WindowPadding Padding { get; init; } = WindowPadding.Valid;

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

    /// <summary>How the kernel lies over the output.</summary>
    protected abstract Window Window { get; }

    /// <inheritdoc/>
    public sealed override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(GetType().Name, nameof(Filters), Filters, 1);
        var kernel = builder.Parameter("kernel", new Shape([.. Window.Size, Filters, inputs[0].Shape.Width]), KernelInitializer, KernelRegularizer);
        var bias = UseBias ? builder.Parameter("bias", new Shape(Filters), BiasInitializer, BiasRegularizer) : null;
        var output = builder.Activate(builder.Add(new TransposedConvolution(Window, kernel, bias), inputs[0]), Activation);
        builder.ActivityPenalty(output, ActivityRegularizer);
        return output;
    }
}
