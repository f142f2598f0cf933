using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>A layer that walks over a sequence [length, width] and keeps a state of <paramref name="Units"/> numbers.</summary>
/// <remarks>
/// Inputs: the sequence and, if wanted, initial states [units]; they are zero otherwise. Obeys a mask: a masked step leaves the state as it is, and its output is the state before.
/// Differs from Keras 3.16: a sequence that is returned keeps its mask.
/// </remarks>
/// <param name="Units">Width of the state, at least 1.</param>
public abstract record RecurrentLayer(int Units) : Layer
{
    /// <summary>Whether all steps' states are the output [length, units], or the last one alone [units].</summary>
    public bool ReturnSequences { get; init; }

    /// <summary>Whether a masked step of a returned sequence is zero, in place of the state before. The mask goes on all the same.</summary>
    public bool ZeroOutputForMask { get; init; }

    /// <summary>Whether the walk begins at the end. Returned sequences are then in the order of the walk.</summary>
    public bool GoBackwards { get; init; }

    /// <summary>Whether there is a bias.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>In training, the share of input features set to zero, for all steps of a row alike; the others grow by 1/(1 - rate).</summary>
    public double Dropout { get; init; }

    /// <summary>In training, the share of the state's numbers that the recurrent product does not see, for all steps of a row alike; the others grow by 1/(1 - rate).</summary>
    public double RecurrentDropout { get; init; }

    /// <summary>Fills the kernel of the input.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Fills the kernel of the state.</summary>
    public Initializer RecurrentInitializer { get; init; } = new Orthogonal();

    /// <summary>Fills the bias.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty of the kernel of the input.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty of the kernel of the state.</summary>
    public Regularizer? RecurrentRegularizer { get; init; }

    /// <summary>Penalty of the bias.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <inheritdoc/>
    public sealed override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs) => BuildWalk(builder, inputs, GoBackwards, inTimeOrder: false);

    /// <summary>How many states there are.</summary>
    private protected virtual int States => 1;

    /// <summary>How many gates the kernels have.</summary>
    private protected abstract int Gates { get; }

    /// <summary>Shape of the bias.</summary>
    private protected virtual Shape BiasShape => new(Gates * Units);

    /// <summary>What fills the bias.</summary>
    private protected virtual Initializer InitializerOfBias => BiasInitializer;

    /// <summary>Builds with another direction than the settings say, as <see cref="Bidirectional"/> does.</summary>
    internal GraphNode BuildWalk(LayerBuilder builder, IReadOnlyList<GraphNode> inputs, bool backwards, bool inTimeOrder)
    {
        Require.AtLeast(Kind, nameof(Units), Units, 1);
        Require.Between(Kind, nameof(Dropout), Dropout, 0, 1);
        Require.Between(Kind, nameof(RecurrentDropout), RecurrentDropout, 0, 1);
        var x = inputs[0];
        if (x.Shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but '{x.Name}' gives {x.Shape}. Put an Embedding or a Reshape between them.");
        if (inputs.Count != 1 && inputs.Count != 1 + States) throw new ShapeException($"wants a sequence, or a sequence and {States} initial states, but has {inputs.Count} inputs.");
        var kernel = builder.Parameter("kernel", new Shape(x.Shape.Width, Gates * Units), KernelInitializer, KernelRegularizer);
        var recurrentKernel = builder.Parameter("recurrent_kernel", new Shape(Units, Gates * Units), RecurrentInitializer, RecurrentRegularizer);
        var bias = UseBias ? builder.Parameter("bias", BiasShape, InitializerOfBias, BiasRegularizer) : null;
        var options = new RecurrenceOptions
        {
            ReturnSequences = ReturnSequences,
            Backwards = backwards,
            InTimeOrder = inTimeOrder,
            HasInitialState = inputs.Count > 1,
            IsMasked = x.Mask is not null,
            Dropout = RecurrentDropout,
        };
        List<GraphNode> all = [Dropout > 0 ? builder.Add(new RandomDropping(Dropout, wholeChannels: true), x) : x, .. inputs.Skip(1)];
        if (x.Mask is not null) all.Add(x.Mask);
        var output = builder.Add(CreateOperation(kernel, recurrentKernel, bias, options), [.. all]);
        if (!ReturnSequences || x.Mask is null) return output;
        var mask = backwards && !inTimeOrder ? builder.Add(new ReverseTime(), x.Mask) : x.Mask;
        if (ZeroOutputForMask) output = builder.Add(new ZeroMasked(), output, mask);
        output.Mask = mask;
        return output;
    }

    /// <summary>The operation.</summary>
    private protected abstract Operation CreateOperation(Parameter kernel, Parameter recurrentKernel, Parameter? bias, RecurrenceOptions options);
}

public static partial class LayerCatalog
{
    private static Setting<Layer>[] RecurrentSettings(params Setting<Layer>[] more) =>
    [
        Setting<Layer>.Integer<RecurrentLayer>("units", "width of the state", x => x.Units, (x, v) => x with { Units = v }, minimum: 1),
        Setting<Layer>.Flag<RecurrentLayer>("return_sequences", "whether all steps' states are the output, or the last one alone", x => x.ReturnSequences, (x, v) => x with { ReturnSequences = v }),
        Setting<Layer>.Flag<RecurrentLayer>("zero_output_for_mask", "whether a masked step of the returned sequence is zero, in place of the state before", x => x.ZeroOutputForMask, (x, v) => x with { ZeroOutputForMask = v }),
        Setting<Layer>.Flag<RecurrentLayer>("go_backwards", "whether the walk begins at the end", x => x.GoBackwards, (x, v) => x with { GoBackwards = v }),
        Setting<Layer>.Number<RecurrentLayer>("dropout", "share of input features set to zero in training", x => x.Dropout, (x, v) => x with { Dropout = v }, minimum: 0, maximum: 1),
        Setting<Layer>.Number<RecurrentLayer>("recurrent_dropout", "share of the state hidden from the recurrent product in training", x => x.RecurrentDropout, (x, v) => x with { RecurrentDropout = v }, minimum: 0, maximum: 1),
        Setting<Layer>.Flag<RecurrentLayer>("use_bias", "whether there is a bias", x => x.UseBias, (x, v) => x with { UseBias = v }),
        .. more,
        Setting<Layer>.Component<RecurrentLayer, Initializer>("kernel_initializer", "fills the kernel of the input", () => InitializerCatalog.Catalog, x => x.KernelInitializer, (x, v) => x with { KernelInitializer = v ?? new GlorotUniform() }),
        Setting<Layer>.Component<RecurrentLayer, Initializer>("recurrent_initializer", "fills the kernel of the state", () => InitializerCatalog.Catalog, x => x.RecurrentInitializer, (x, v) => x with { RecurrentInitializer = v ?? new Orthogonal() }),
        Setting<Layer>.Component<RecurrentLayer, Initializer>("bias_initializer", "fills the bias", () => InitializerCatalog.Catalog, x => x.BiasInitializer, (x, v) => x with { BiasInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<RecurrentLayer, Regularizer>("kernel_regularizer", "penalty of the kernel of the input", () => RegularizerCatalog.Catalog, x => x.KernelRegularizer, (x, v) => x with { KernelRegularizer = v }),
        Setting<Layer>.Component<RecurrentLayer, Regularizer>("recurrent_regularizer", "penalty of the kernel of the state", () => RegularizerCatalog.Catalog, x => x.RecurrentRegularizer, (x, v) => x with { RecurrentRegularizer = v }),
        Setting<Layer>.Component<RecurrentLayer, Regularizer>("bias_regularizer", "penalty of the bias", () => RegularizerCatalog.Catalog, x => x.BiasRegularizer, (x, v) => x with { BiasRegularizer = v }),
    ];
}
