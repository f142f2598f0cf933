using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Repeats each step of a sequence: [length, width] gives [times·length, width].</summary>
/// <param name="Times">How many times each step stands in the output.</param>
public sealed record UpSampling1D(int Times) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(UpSampling1D), nameof(Times), Times, 1);
        var shape = inputs[0].Shape;
        if (shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but the input is {shape}.");
        return builder.Add(new Rearrangement("up_sampling1d", shape, new Shape(Times * shape[0], shape[1]), at => [at[0] / Times, at[1]]), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>up_sampling1d</c>.</summary>
    public static readonly Entry<Layer> UpSampling1D = Add("up_sampling1d", "repeats each step of a sequence", new UpSampling1D(2),
        Setting<Layer>.Integer<UpSampling1D>("times", "how many times each step stands in the output", x => x.Times, (x, v) => x with { Times = v }, minimum: 1));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Repeats each step of a sequence: [length, width] gives [times·length, width].</summary>
        /// <param name="times">How many times each step stands in the output.</param>
        public Node UpSampling1D(int times) => new UpSampling1D(times).Apply(node);
    }
}
