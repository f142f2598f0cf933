using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Scalar products of two inputs along their last axes: of two vectors one number, of two sequences a number for each pair of steps.</summary>
/// <remarks>
/// Vectors [width]: y = Σ a·b, shape [1]. Sequences [m, width] and [n, width]: y[i, j] = Σ a[i]·b[j], shape [m, n]. With <paramref name="Normalize"/> vectors are divided by their length first: cosines.
/// Source: Keras 3, Dot with axes −1; its other axes are a Permute before it.
/// </remarks>
/// <param name="Normalize">Whether vectors are brought to length 1 first.</param>
public sealed record Dot(bool Normalize = false) : Layer
{
    private const double LeastLength = 1e-12;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        if (inputs.Count != 2) throw new ShapeException($"wants two inputs, but has {inputs.Count}.");
        GraphNode[] vectors = Normalize ? [.. inputs.Select(i => builder.Add(new NormalizeLength(LeastLength), i))] : [.. inputs];
        var product = builder.Add(new MatrixProduct(transposes: true), vectors);
        return inputs[0].Shape.Rank == 1 && inputs[1].Shape.Rank == 1 ? builder.Add(new Reshaping(new Shape(1)), product) : product;
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>dot</c>.</summary>
    public static readonly Entry<Layer> Dot = Add("dot", "scalar products of two inputs", new Dot(),
        Setting<Layer>.Flag<Dot>("normalize", "whether vectors are brought to length 1 first", x => x.Normalize, (x, v) => x with { Normalize = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Scalar products with another input along the last axes.</summary>
        /// <param name="other">The other input, of the same last axis.</param>
        /// <param name="normalize">Whether vectors are brought to length 1 first.</param>
        public Node Dot(Node other, bool normalize = false) => new Dot(normalize).Apply(node, other);
    }
}
