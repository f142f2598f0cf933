using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;

namespace Equipoise.Layers;

/// <summary>Each step of a query takes the mean of the values whose keys agree with it, by their scalar product, without projections of its own.</summary>
/// <remarks>
/// Y = softmax(s·Q·Kᵀ)·V, with s a learned number that begins as 1 if <see cref="UseScale"/>, else 1. Inputs: [query], [query, value], [query, value, key] or with a fourth, a mask [m, n]; sequences
/// are [length, width], query and key of one width. Without scale, products of wide vectors saturate the softmax: divide by the root of the width first, or use multi_head_attention.
/// Padding of key and value is not seen: zeros where there is nothing else. A step that the mask hides everything from takes the plain mean, as in Keras. The mask of the query is passed on.
/// Source: Luong, Pham and Manning, "Effective approaches to attention-based neural machine translation", 2015, equation 8 (dot); Keras 3, Attention with score_mode "dot".
/// </remarks>
public sealed record Attention : Layer
{
    /// <summary>Whether scores are multiplied with a learned number.</summary>
    public bool UseScale { get; init; }

    /// <summary>Share of the attention weights that training sets to zero.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether a step sees only steps at its own place and before.</summary>
    public bool Causal { get; init; }

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.Fraction(nameof(Attention), nameof(Dropout), Dropout);
        var all = AttentionInputs.Of(builder, inputs);
        // Scaling the query scales every score.
        var query = UseScale ? builder.Add(new ParameterAffine(builder.Parameter("scale", new Shape(), new Ones()), null), all.Query) : all.Query;
        return builder.Add(new DotAttention(1, 1, Causal, Dropout, all.KeyMask is not null, all.Mask is not null), all.WithMasks(query, all.Key, all.Value));
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>attention</c>.</summary>
    public static readonly Entry<Layer> Attention = Add("attention", "each step takes the mean of the values whose keys agree with it", new Attention(),
        Setting<Layer>.Flag<Attention>("use_scale", "whether scores are multiplied with a learned number", x => x.UseScale, (x, v) => x with { UseScale = v }),
        Setting<Layer>.Number<Attention>("dropout", "share of the attention weights that training sets to zero", x => x.Dropout, (x, v) => x with { Dropout = v }, minimum: 0, below: 1),
        Setting<Layer>.Flag<Attention>("causal", "whether a step sees only steps at its own place and before", x => x.Causal, (x, v) => x with { Causal = v }));
}
