using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Largest number and sum of each column over the steps of a sequence, side by side: [length, width] becomes [2 × width]. What is there at all, and how much of it.</summary>
/// <remarks>
/// max over t of x[t], then Σ over t of x[t] ÷ length, with the length of the padded sequence, the same for all rows: so counts can be read off, which a mean would hide.
/// Steps that a mask leaves out do not count. If no step is kept the result is zero.
/// Source: Howard and Ruder, "Universal Language Model Fine-tuning for Text Classification", 2018, section 3.3. Differs: a sum in place of the mean, and no last step.
/// </remarks>
public sealed record GlobalConcatPooling1D : Layer
{
    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        var x = inputs[0];
        if (x.Shape.Rank != 2) throw new ShapeException($"wants sequences [length, width], but '{x.Name}' gives {x.Shape}.");
        var largest = x.Mask is null ? builder.Add(new MaxOverTime(), x) : builder.Add(new MaxOverTime(), x, x.Mask);
        var sum = builder.Add(new MeanOverTime(), x.Mask is null ? x : builder.Add(new ZeroMasked(), x, x.Mask));
        return builder.Add(new Concatenation(), largest, sum);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>global_concat_pooling1d</c>.</summary>
    public static readonly Entry<Layer> GlobalConcatPooling1D = Add("global_concat_pooling1d", "largest number and scaled sum of each column over the steps of a sequence, side by side", new GlobalConcatPooling1D());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Largest number and scaled sum of each column over the steps of a sequence, side by side.</summary>
        public Node GlobalConcatPooling1D() => new GlobalConcatPooling1D().Apply(node);
    }
}
