using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>From the probabilities of things at each step of a sequence, the log-odds that a thing is at one step or more: [length, width] becomes [width].</summary>
/// <remarks>
/// log(P / (1 − P)) with P = 1 − Π over t of (1 − x[t]): steps are taken as independent. Put a softmax or a sigmoid before it. Good for a set output over the steps of a sequence output:
/// which labels come at all. P is held within 10⁻⁶ of 0 and 1, log-odds of ±13.8. Steps that a mask leaves out do not count; if no step is kept the result is −13.8.
/// Source: noisy-or; Zhang, Platt and Viola, "Multiple Instance Boosting for Object Detection", 2005, equation 5.
/// </remarks>
public sealed record GlobalNoisyOrPooling1D : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        var x = inputs[0];
        if (x.Shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but '{x.Name}' gives {x.Shape}.");
        return x.Mask is null ? builder.Add(new NoisyOrOverTime(), x) : builder.Add(new NoisyOrOverTime(), x, x.Mask);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>global_noisy_or_pooling1d</c>.</summary>
    public static readonly Entry<Layer> GlobalNoisyOrPooling1D = Add("global_noisy_or_pooling1d", "log-odds that a thing is at one step or more, from its probabilities at each", new GlobalNoisyOrPooling1D());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Log-odds that a thing is at one step or more, from its probabilities at each step of a sequence.</summary>
        public Node GlobalNoisyOrPooling1D() => new GlobalNoisyOrPooling1D().Apply(node);
    }
}
