using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>A range of the last axis: some of the features.</summary>
/// <param name="Start">The first; negative from the end.</param>
/// <param name="Length">How many.</param>
public sealed record Slice(int Start, int Length) : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs) => builder.Add(new SliceRange(-1, Start, Length), inputs[0]);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>slice</c>.</summary>
    public static readonly Entry<Layer> Slice = Add("slice", "a range of the last axis", new Slice(0, 1),
        Setting<Layer>.Integer<Slice>("start", "the first; negative from the end", x => x.Start, (x, v) => x with { Start = v }),
        Setting<Layer>.Integer<Slice>("length", "how many", x => x.Length, (x, v) => x with { Length = v }, minimum: 1));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>A range of the last axis.</summary>
        /// <param name="start">The first; negative from the end.</param>
        /// <param name="length">How many.</param>
        public Node Slice(int start, int length) => new Slice(start, length).Apply(node);
    }
}
