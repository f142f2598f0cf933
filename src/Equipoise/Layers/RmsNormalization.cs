using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;

namespace Equipoise.Layers;

/// <summary>Divides the last axis by its root mean square, at every position by itself, then scales it by learned numbers.</summary>
/// <remarks>y = γ·x/√(mean of x² + ε). Source: Zhang and Sennrich, "Root mean square layer normalization", 2019.</remarks>
/// <param name="Epsilon">ε, added to the mean square.</param>
public sealed record RmsNormalization(double Epsilon = 1e-6) : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.Above(nameof(RmsNormalization), nameof(Epsilon), Epsilon, 0);
        var scale = builder.Parameter("scale", new Shape(inputs[0].Shape.Width), new Ones());
        return builder.Add(new NormalizeRows(scale.Length, scale, null, Epsilon, centers: false), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>rms_normalization</c>.</summary>
    public static readonly Entry<Layer> RmsNormalization = Add("rms_normalization", "divides the last axis by its root mean square", new RmsNormalization(),
        Setting<Layer>.Number<RmsNormalization>("epsilon", "added to the mean square", x => x.Epsilon, (x, v) => x with { Epsilon = v }, above: 0));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Divides the last axis by its root mean square, then scales it.</summary>
        public Node RmsNormalization(double epsilon = 1e-6) => new RmsNormalization(epsilon).Apply(node);
    }
}
