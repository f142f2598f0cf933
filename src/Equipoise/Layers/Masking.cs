using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Marks the steps of a sequence that have nothing but one value as padding, which later layers leave out; the steps become zeros.</summary>
/// <remarks>If the input has a mask already, a step counts if both say so. Source: Keras 3, Masking.</remarks>
/// <param name="Value">What padding is made of.</param>
public sealed record Masking(double Value = 0) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        var x = inputs[0];
        if (x.Shape.Rank < 2) throw new ShapeException($"wants sequences [length, width], but '{x.Name}' gives {x.Shape}.");
        var mask = builder.Add(new NotValueMask((float)Value), x);
        if (x.Mask is not null) mask = builder.Add(new Product(), mask, x.Mask);
        var output = builder.Add(new ZeroMasked(), x, mask);
        output.Mask = mask;
        return output;
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>masking</c>.</summary>
    public static readonly Entry<Layer> Masking = Add("masking", "marks steps that have nothing but one value as padding", new Masking(),
        Setting<Layer>.Number<Masking>("value", "what padding is made of", x => x.Value, (x, v) => x with { Value = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Marks steps that have nothing but one value as padding.</summary>
        /// <param name="value">What padding is made of.</param>
        public Node Masking(double value = 0) => new Masking(value).Apply(node);
    }
}
