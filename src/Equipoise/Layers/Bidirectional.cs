using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>A recurrent layer that walks over the sequence twice, forwards and backwards, with weights for each, so that every output knows what comes before and after.</summary>
/// <remarks>Returned sequences of the backward walk are put in the order of time before they are merged. A mask holds for both walks and is passed on with sequences.
/// Source: Schuster and Paliwal, "Bidirectional Recurrent Neural Networks", 1997; Keras 3, Bidirectional.</remarks>
/// <param name="Layer">The recurrent layer; its weights are made twice, as <c>forward/...</c> and <c>backward/...</c>.</param>
public sealed record Bidirectional(Layer Layer) : Layer
{
    /// <summary>How the two outputs become one.</summary>
    public BidirectionalMerge Merge { get; init; }

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        if (Layer is not RecurrentLayer walk)
        {
            throw new ArgumentException($"Bidirectional wants a recurrent layer (lstm, gru, simple_rnn), but its layer is '{Layer.Kind}'.");
        }
        if (inputs.Count != 1) throw new ShapeException($"wants one sequence, but has {inputs.Count} inputs.");
        var forward = walk.BuildWalk(builder.Within("forward", walk), inputs, backwards: walk.GoBackwards, inTimeOrder: true);
        var backward = walk.BuildWalk(builder.Within("backward", walk), inputs, backwards: !walk.GoBackwards, inTimeOrder: true);
        Operation merge = Merge switch
        {
            BidirectionalMerge.Concat => new Concatenation(),
            BidirectionalMerge.Sum => new WeightedSum("sum", 1, 1),
            BidirectionalMerge.Ave => new WeightedSum("average", 0.5f, 0.5f),
            _ => new Product(),
        };
        var output = builder.Add(merge, forward, backward);
        output.Mask = forward.Mask;
        return output;
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>bidirectional</c>.</summary>
    public static readonly Entry<Layer> Bidirectional = Add("bidirectional", "a recurrent layer that walks forwards and backwards", new Bidirectional(new Lstm(32)),
        Setting<Layer>.Component<Bidirectional, Layer>("layer", "the recurrent layer", () => Catalog, x => x.Layer, (x, v) => v is null ? x : x with { Layer = v }),
        Setting<Layer>.Choice<Bidirectional, BidirectionalMerge>("merge", "how the two outputs become one", x => x.Merge, (x, v) => x with { Merge = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>A recurrent layer that walks over the sequence forwards and backwards.</summary>
        /// <param name="layer">The recurrent layer.</param>
        /// <param name="merge">How the two outputs become one.</param>
        public Node Bidirectional(RecurrentLayer layer, BidirectionalMerge merge = BidirectionalMerge.Concat) => new Bidirectional(layer) { Merge = merge }.Apply(node);
    }
}
