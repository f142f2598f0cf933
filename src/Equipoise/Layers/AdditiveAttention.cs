using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;

namespace Equipoise.Layers;

/// <summary>Each step of a query takes the mean of the values whose keys agree with it, by a small network: scores that stay small for wide vectors.</summary>
/// <remarks>
/// Y = softmax(S)·V, S[i, j] = Σ over d of w[d]·tanh(q[i, d] + k[j, d]), with w learned if <see cref="UseScale"/>, else 1. Inputs: [query], [query, value], [query, value, key] or with a fourth, a mask
/// [m, n]; query and key of one width. Padding of key and value is not seen: zeros where there is nothing else. A step that the mask hides everything from takes the plain mean, as in Keras. The mask of the query is passed on. Cost O(m·n·width) values of tanh a row, twice in training.
/// Source: Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align and translate", 2015; Keras 3, AdditiveAttention.
/// </remarks>
public sealed record AdditiveAttention : Layer
{
    /// <summary>Whether w is learned.</summary>
    public bool UseScale { get; init; } = true;

    /// <summary>Share of the attention weights that training sets to zero.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether a step sees only steps at its own place and before.</summary>
    public bool Causal { get; init; }

    /// <summary>Fills w.</summary>
    public Initializer ScaleInitializer { get; init; } = new GlorotUniform();

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.Fraction(nameof(AdditiveAttention), nameof(Dropout), Dropout);
        var all = AttentionInputs.Of(builder, inputs);
        var scale = UseScale ? builder.Parameter("scale", new Shape(all.Query.Shape.Width), ScaleInitializer) : null;
        var scores = builder.Add(new AdditiveScores(scale, Causal, all.KeyMask is not null, all.Mask is not null), all.WithMasks(all.Query, all.Key));
        var weights = builder.Add(new SoftmaxRows(), scores);
        if (Dropout > 0) weights = builder.Add(new RandomDropping(Dropout), weights);
        return builder.Add(new MatrixProduct(transposes: false), weights, all.Value);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>additive_attention</c>.</summary>
    public static readonly Entry<Layer> AdditiveAttention = Add("additive_attention", "attention whose scores come from a small network", new AdditiveAttention(),
        Setting<Layer>.Flag<AdditiveAttention>("use_scale", "whether the numbers of a score are weighted", x => x.UseScale, (x, v) => x with { UseScale = v }),
        Setting<Layer>.Number<AdditiveAttention>("dropout", "share of the attention weights that training sets to zero", x => x.Dropout, (x, v) => x with { Dropout = v }, minimum: 0, below: 1),
        Setting<Layer>.Flag<AdditiveAttention>("causal", "whether a step sees only steps at its own place and before", x => x.Causal, (x, v) => x with { Causal = v }),
        Setting<Layer>.Component<AdditiveAttention, Initializer>("scale_initializer", "fills the weights of the score", () => InitializerCatalog.Catalog, x => x.ScaleInitializer, (x, v) => x with { ScaleInitializer = v ?? new GlorotUniform() }));
}
