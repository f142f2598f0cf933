using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>Each step of a sequence asks, in several heads at once, which steps of another (or the same) sequence matter to it, and takes the mean of what they say.</summary>
/// <remarks>
/// Inputs: [query], attending to itself, or [query, value], or [query, value, key], or with a fourth: a mask [m, n], 0 where step m of the query must not see step n. Sequences are [length, width].
/// Q = query·W + b and so on, in heads of <paramref name="KeyDim"/> and <see cref="ValueDim"/> numbers; per head softmax(Q·Kᵀ/√KeyDim)·V; heads side by side · W + b. Output [m, <see cref="OutputDim"/>].
/// Padding of key and value is not seen: zeros where there is nothing else. A step that the mask hides everything from takes the plain mean, as in Keras. The mask of the query is passed on.
/// Parameters: query/kernel [in, heads·KeyDim], query/bias, key/.., value/.., attention_output/kernel [heads·ValueDim, out], attention_output/bias. Keras has the same numbers with heads as an axis of their own.
/// Cost O(m·n·heads·(KeyDim + ValueDim)) a row; training keeps heads·m·n weights a row. Source: Vaswani and others, "Attention is all you need", 2017, section 3.2; Keras 3, MultiHeadAttention.
/// </remarks>
/// <param name="Heads">How many heads.</param>
/// <param name="KeyDim">Numbers of a query and a key in each head.</param>
public sealed record MultiHeadAttention(int Heads, int KeyDim) : Layer
{
    /// <summary>Numbers of a value in each head; null: as many as of a key.</summary>
    public int? ValueDim { get; init; }

    /// <summary>Width of the output; null: that of the query.</summary>
    public int? OutputDim { get; init; }

    /// <summary>Whether the projections have a bias.</summary>
    public bool UseBias { get; init; } = true;

    /// <summary>Share of the attention weights that training sets to zero.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether a step sees only steps at its own place and before.</summary>
    public bool Causal { get; init; }

    /// <summary>Fills the kernels.</summary>
    public Initializer KernelInitializer { get; init; } = new GlorotUniform();

    /// <summary>Fills the biases.</summary>
    public Initializer BiasInitializer { get; init; } = new Zeros();

    /// <summary>Penalty of the kernels.</summary>
    public Regularizer? KernelRegularizer { get; init; }

    /// <summary>Penalty of the biases.</summary>
    public Regularizer? BiasRegularizer { get; init; }

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(MultiHeadAttention), nameof(Heads), Heads, 1);
        Require.AtLeast(nameof(MultiHeadAttention), nameof(KeyDim), KeyDim, 1);
        Require.AtLeast(nameof(MultiHeadAttention), nameof(ValueDim), ValueDim ?? 1, 1);
        Require.AtLeast(nameof(MultiHeadAttention), nameof(OutputDim), OutputDim ?? 1, 1);
        Require.Fraction(nameof(MultiHeadAttention), nameof(Dropout), Dropout);
        var all = AttentionInputs.Of(builder, inputs);
        var query = Project(builder, "query", all.Query, Heads * KeyDim);
        var key = Project(builder, "key", all.Key, Heads * KeyDim);
        var value = Project(builder, "value", all.Value, Heads * (ValueDim ?? KeyDim));
        var attention = new DotAttention(Heads, 1 / Math.Sqrt(KeyDim), Causal, Dropout, all.KeyMask is not null, all.Mask is not null);
        return Project(builder, "attention_output", builder.Add(attention, all.WithMasks(query, key, value)), OutputDim ?? all.Query.Shape.Width);
    }

    private GraphNode Project(LayerBuilder builder, string name, GraphNode input, int width)
    {
        var kernel = builder.Parameter($"{name}/kernel", new Shape(input.Shape.Width, width), KernelInitializer, KernelRegularizer);
        var bias = UseBias ? builder.Parameter($"{name}/bias", new Shape(width), BiasInitializer, BiasRegularizer) : null;
        return builder.Add(new Affine(kernel, bias), input);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>multi_head_attention</c>.</summary>
    public static readonly Entry<Layer> MultiHeadAttention = Add("multi_head_attention", "each step takes in the steps that matter to it, in several heads", new MultiHeadAttention(4, 16),
        Setting<Layer>.Integer<MultiHeadAttention>("heads", "how many heads", x => x.Heads, (x, v) => x with { Heads = v }, minimum: 1),
        Setting<Layer>.Integer<MultiHeadAttention>("key_dim", "numbers of a query and a key in each head", x => x.KeyDim, (x, v) => x with { KeyDim = v }, minimum: 1),
        Setting<Layer>.OptionalNumber<MultiHeadAttention>("value_dim", "numbers of a value in each head; none: as many as of a key", x => x.ValueDim, (x, v) => x with { ValueDim = (int?)v }, minimum: 1),
        Setting<Layer>.OptionalNumber<MultiHeadAttention>("output_dim", "width of the output; none: that of the query", x => x.OutputDim, (x, v) => x with { OutputDim = (int?)v }, minimum: 1),
        Setting<Layer>.Flag<MultiHeadAttention>("use_bias", "whether the projections have a bias", x => x.UseBias, (x, v) => x with { UseBias = v }),
        Setting<Layer>.Number<MultiHeadAttention>("dropout", "share of the attention weights that training sets to zero", x => x.Dropout, (x, v) => x with { Dropout = v }, minimum: 0, below: 1),
        Setting<Layer>.Flag<MultiHeadAttention>("causal", "whether a step sees only steps at its own place and before", x => x.Causal, (x, v) => x with { Causal = v }),
        Setting<Layer>.Component<MultiHeadAttention, Initializer>("kernel_initializer", "fills the kernels", () => InitializerCatalog.Catalog, x => x.KernelInitializer, (x, v) => x with { KernelInitializer = v ?? new GlorotUniform() }),
        Setting<Layer>.Component<MultiHeadAttention, Initializer>("bias_initializer", "fills the biases", () => InitializerCatalog.Catalog, x => x.BiasInitializer, (x, v) => x with { BiasInitializer = v ?? new Zeros() }),
        Setting<Layer>.Component<MultiHeadAttention, Regularizer>("kernel_regularizer", "penalty of the kernels", () => RegularizerCatalog.Catalog, x => x.KernelRegularizer, (x, v) => x with { KernelRegularizer = v }),
        Setting<Layer>.Component<MultiHeadAttention, Regularizer>("bias_regularizer", "penalty of the biases", () => RegularizerCatalog.Catalog, x => x.BiasRegularizer, (x, v) => x with { BiasRegularizer = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Lets each step take in the steps of the same sequence that matter to it. For other sequences apply the layer to [query, value].</summary>
        /// <param name="heads">How many heads.</param>
        /// <param name="keyDim">Numbers of a query and a key in each head.</param>
        /// <param name="causal">Whether a step sees only steps at its own place and before.</param>
        public Node MultiHeadAttention(int heads, int keyDim, bool causal = false) => new MultiHeadAttention(heads, keyDim) { Causal = causal }.Apply(node);
    }
}
