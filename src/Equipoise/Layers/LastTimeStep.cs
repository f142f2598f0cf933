using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The last step of a sequence that its mask keeps, without the time axis: [length, width] becomes [width]. Of a padded text, what is at its end.</summary>
/// <remarks>Without a mask the very last step, as <see cref="TimeStep"/> gives it. If no step is kept the result is zero. Source: our own.</remarks>
public sealed record LastTimeStep : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        var x = inputs[0];
        if (x.Shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but '{x.Name}' gives {x.Shape}.");
        return x.Mask is null ? builder.Add(new LastOverTime(), x) : builder.Add(new LastOverTime(), x, x.Mask);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>last_time_step</c>.</summary>
    public static readonly Entry<Layer> LastTimeStep = Add("last_time_step", "last step of a sequence that its mask keeps", new LastTimeStep());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>The last step of a sequence that its mask keeps.</summary>
        public Node LastTimeStep() => new LastTimeStep().Apply(node);
    }
}
