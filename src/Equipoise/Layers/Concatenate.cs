using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Puts inputs side by side: vectors into a longer one, sequences of one length into one with more features.</summary>
/// <remarks>Masks: along the last axis a position counts where it counts in all inputs; along another axis the masks are joined too, so either all inputs have one or none.</remarks>
/// <param name="Axis">The axis to join along, negative from the end; or positive as Keras counts, the batch being 0.</param>
public sealed record Concatenate(int Axis = -1) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        if (Axis == 0) throw new ShapeException("cannot join along axis 0, which is the batch: every row stands alone.");
        int rank = inputs[0].Shape.Rank;
        int axis = Axis > 0 ? Axis - 1 : rank + Axis;
        var output = builder.Add(new Concatenation(axis), [.. inputs]);
        if (axis == rank - 1) return output.WithMaskOfAll(builder, inputs);
        int masked = inputs.Count(i => i.Mask is not null);
        if (masked == 0) return output;
        if (masked < inputs.Count) throw new ShapeException($"joins along axis {Axis}, where {masked} of {inputs.Count} inputs have a mask. Mask all of them or none.");
        output.Mask = builder.Add(new Concatenation(axis), [.. inputs.Select(i => i.Mask!)]);
        return output;
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>concatenate</c>.</summary>
    public static readonly Entry<Layer> Concatenate = Add("concatenate", "puts inputs side by side", new Concatenate(),
        Setting<Layer>.Integer<Concatenate>("axis", "axis to join along; -1 is the last, positive ones count the batch as 0", x => x.Axis, (x, v) => x with { Axis = v }));
}

public static partial class LayerExtensions
{
    extension(Node)
    {
        /// <summary>Puts nodes side by side along the last axis.</summary>
        public static Node Concatenate(params ReadOnlySpan<Node> nodes) => new Concatenate().Apply(nodes);
    }
}
