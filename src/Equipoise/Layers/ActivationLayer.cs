using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>An activation as a layer of its own.</summary>
/// <param name="Activation">The function.</param>
public sealed record ActivationLayer(Activation Activation) : Layer
{
    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
        => builder.Add(Activation.CreateOperation() ?? new WeightedSum("identity", 1), inputs[0]);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>activation</c>.</summary>
    public static readonly Entry<Layer> Activation = Add("activation", "a function of each number", new ActivationLayer(new Relu()),
        Setting<Layer>.Component<ActivationLayer, Activation>("function", "the activation", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v ?? new Linear() }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>A function of each number, or of each row of the last axis.</summary>
        public Node Activate(Activation activation) => new ActivationLayer(activation).Apply(node);

        /// <summary>y = max(x, 0).</summary>
        public Node Relu() => node.Activate(new Relu());

        /// <summary>y = 1/(1 + e^-x).</summary>
        public Node Sigmoid() => node.Activate(new Sigmoid());

        /// <summary>y = tanh x.</summary>
        public Node Tanh() => node.Activate(new Tanh());

        /// <summary>y = x·Φ(x).</summary>
        public Node Gelu() => node.Activate(new Gelu());

        /// <summary>y = x·sigmoid(x).</summary>
        public Node Silu() => node.Activate(new Silu());

        /// <summary>y = e^x / Σ e^x over the last axis.</summary>
        public Node Softmax() => node.Activate(new Softmax());
    }
}
