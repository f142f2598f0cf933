using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Where rows of numbers enter a model.</summary>
public sealed record NumbersInput : Layer
{
    /// <summary>Shape of a row, without the batch axis.</summary>
    public IReadOnlyList<int> Shape { get; init; } = [1];

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs) => builder.Add(new InputNumbers(new Shape([.. Shape])));
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>numbers_input</c>.</summary>
    public static readonly Entry<Layer> NumbersInput = Add("numbers_input", "where rows of numbers enter a model", new NumbersInput(),
        Setting<Layer>.Integers<NumbersInput>("shape", "shape of a row", x => x.Shape, (x, v) => x with { Shape = v }, minimum: 1));
}
