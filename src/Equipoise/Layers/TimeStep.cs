using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>One step of a sequence, without the time axis. Masks are not looked at: step -1 of a padded sequence may be padding.</summary>
/// <param name="Index">Number of the step; negative from the end.</param>
public sealed record TimeStep(int Index = -1) : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
        => inputs[0].Shape.Rank >= 2
            ? builder.Add(new SliceRange(0, Index, 1, dropsAxis: true), inputs[0])
            : throw new ShapeException($"takes a step of a sequence [steps, features], but the input is {inputs[0].Shape}. Leave it out, or use a Slice.");
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>time_step</c>.</summary>
    public static readonly Entry<Layer> TimeStep = Add("time_step", "one step of a sequence", new TimeStep(),
        Setting<Layer>.Integer<TimeStep>("index", "number of the step; negative from the end", x => x.Index, (x, v) => x with { Index = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>One step of a sequence.</summary>
        /// <param name="index">Number of the step; negative from the end.</param>
        public Node TimeStep(int index = -1) => new TimeStep(index).Apply(node);
    }
}
