using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Initializers;

namespace Equipoise.Layers;

/// <summary>Compares one score with learned thresholds between classes in an order: the end of a model for the loss cumulative_link.</summary>
/// <remarks>
/// y[k] = θ[k] − x for k = 0 .. classes − 2, with thresholds that always rise: θ[0] = p[0], θ[k] = θ[k − 1] + log(1 + e^p[k]). Input [.., 1], output [.., classes − 1]: logits of "at most class k".
/// The steps p begin as <see cref="StepInitializer"/>: zeros put thresholds log 2 apart from 0 on. Source: McCullagh, "Regression models for ordinal data", 1980.
/// </remarks>
/// <param name="Classes">How many classes, at least 2.</param>
public sealed record OrdinalThresholds(int Classes) : Layer
{
    /// <summary>Fills p.</summary>
    public Initializer StepInitializer { get; init; } = new Zeros();

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(OrdinalThresholds), nameof(Classes), Classes, 2);
        if (inputs[0].Shape.Width != 1) throw new ShapeException($"wants one score, but the input is {inputs[0].Shape}. Put a Dense(1) before it.");
        return builder.Add(new Engine.Operations.OrdinalThresholds(builder.Parameter("steps", new Shape(Classes - 1), StepInitializer)), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>ordinal_thresholds</c>.</summary>
    public static readonly Entry<Layer> OrdinalThresholds = Add("ordinal_thresholds", "compares a score with learned thresholds between ordered classes", new OrdinalThresholds(3),
        Setting<Layer>.Integer<OrdinalThresholds>("classes", "how many classes", x => x.Classes, (x, v) => x with { Classes = v }, minimum: 2),
        Setting<Layer>.Component<OrdinalThresholds, Initializer>("step_initializer", "fills the steps between thresholds", () => InitializerCatalog.Catalog, x => x.StepInitializer, (x, v) => x with { StepInitializer = v ?? new Zeros() }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Compares one score with learned thresholds between classes in an order.</summary>
        /// <param name="classes">How many classes.</param>
        public Node OrdinalThresholds(int classes) => new OrdinalThresholds(classes).Apply(node);
    }
}
