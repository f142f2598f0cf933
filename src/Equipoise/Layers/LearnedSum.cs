using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Initializers;

namespace Equipoise.Layers;

/// <summary>Sum of inputs of one shape with a learned factor for each: y = Σ over j of a[j] × xⱼ. The joint of cross-stitch networks.</summary>
/// <remarks>
/// a [inputs]. The input of number <see cref="Own"/> begins with <see cref="OwnShare"/>, the others share the rest equally; a single input begins with 1.
/// Source: Misra and others, "Cross-stitch Networks for Multi-task Learning", 2016, equation 1, for one row of α.
/// </remarks>
/// <param name="Own">Number of the input that begins with most of the weight, from 0.</param>
/// <param name="OwnShare">What it begins with, from 0 to 1.</param>
public sealed record LearnedSum(int Own = 0, double OwnShare = 0.9) : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.Between(nameof(LearnedSum), nameof(OwnShare), OwnShare, 0, 1);
        if (Own < 0 || Own >= inputs.Count) throw new ShapeException($"begins with most of input {Own}, but its inputs are numbered 0 to {inputs.Count - 1}");
        var given = new double[inputs.Count];
        for (int j = 0; j < given.Length; j++) given[j] = inputs.Count == 1 ? 1 : j == Own ? OwnShare : (1 - OwnShare) / (inputs.Count - 1);
        return builder.Add(new Engine.Operations.LearnedSum(builder.Parameter("factors", new Shape(inputs.Count), new GivenValues(given))), [.. inputs]).WithMaskOfAll(builder, inputs);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>learned_sum</c>.</summary>
    public static readonly Entry<Layer> LearnedSum = Add("learned_sum", "sum of inputs of one shape, with a learned factor for each", new LearnedSum(),
        Setting<Layer>.Integer<LearnedSum>("own", "number of the input that begins with most of the weight, from 0", x => x.Own, (x, v) => x with { Own = v }, minimum: 0),
        Setting<Layer>.Number<LearnedSum>("own_share", "what it begins with; the others share the rest", x => x.OwnShare, (x, v) => x with { OwnShare = v }, minimum: 0, maximum: 1));
}

public static partial class LayerExtensions
{
    extension(Node)
    {
        /// <summary>Sum of nodes of one shape with a learned factor for each.</summary>
        /// <param name="nodes">What is summed.</param>
        /// <param name="own">Number of the one that begins with most of the weight.</param>
        public static Node LearnedSum(IReadOnlyList<Node> nodes, int own = 0) => new LearnedSum(own).Apply([.. nodes]);
    }
}
