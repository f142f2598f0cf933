using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;
using Equipoise.Regularizers;

namespace Equipoise.Layers;

/// <summary>A gate that comes to use a few experts only, and is smooth on the way there: DSelect-k. Gives a weight for each expert.</summary>
/// <remarks>
/// p[e] = Σ over selectors s of a[s] × q[s, e], with a = softmax(x·A + b) and q the <see cref="BinarySelectors"/> of z = x·Z + c. Input [in], output [experts].
/// Parameters: selectors/kernel Z [in, selectors × bits] and selectors/bias c, uniform within ±γ/100, so that all experts begin nearly alike; mixture/kernel A [in, selectors] and mixture/bias b, uniform within ±0.05.
/// Penalty: <see cref="Regularizers.Entropy"/> of q, the mean over the rows of a batch; its line in the ledger is the layer's. Where the number of experts is no power of two the weights of a selector may sum to less than 1,
/// and the penalty holds against it with the same factor.
/// Source: Hazimeh and others, "DSelect-k: Differentiable Selection in the Mixture of Experts with Applications to Multi-Task Learning", 2021: the gate of each example, section 3.
/// Differs from a code that is widely used: γ is the same in the smooth step and where weights begin, every task's penalty counts, and it reaches the optimizer.
/// </remarks>
/// <param name="Experts">How many experts, at least 1.</param>
/// <param name="Selectors">k: how many experts it may end with, at least 1.</param>
public sealed record SparseGate(int Experts, int Selectors = 2) : Layer
{
    /// <summary>γ: width of the range in which a bit is undecided.</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>λ: factor of the penalty on undecided selectors.</summary>
    public double Entropy { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        Require.AtLeast(nameof(SparseGate), nameof(Experts), Experts, 1);
        Require.AtLeast(nameof(SparseGate), nameof(Selectors), Selectors, 1);
        Require.Above(nameof(SparseGate), nameof(Gamma), Gamma, 0);
        Require.AtLeast(nameof(SparseGate), nameof(Entropy), Entropy, 0);
        if (inputs[0].Shape.Rank != 1) throw new ShapeException($"wants rows of [n] numbers, but the input is {inputs[0].Shape}. Put a Flatten or a pooling before it");
        int bits = BinarySelectors.BitsOf(Experts);
        var z = Project(builder, "selectors", inputs[0], Selectors * bits, Gamma / 100);
        var q = builder.Add(new BinarySelectors(Experts, (float)Gamma), z);
        if (Entropy > 0) builder.ActivityPenalty(q, new Entropy(Entropy, (Experts & (Experts - 1)) == 0 ? 0 : Entropy));
        var a = builder.Add(new SoftmaxRows(), Project(builder, "mixture", inputs[0], Selectors, 0.05));
        return builder.Add(new Engine.Operations.Mixture(), q, a);
    }

    private static GraphNode Project(LayerBuilder builder, string name, GraphNode input, int width, double spread)
    {
        var initializer = new RandomUniform(-spread, spread);
        return builder.Add(new Affine(builder.Parameter($"{name}/kernel", new Shape(input.Shape.Width, width), initializer), builder.Parameter($"{name}/bias", new Shape(width), initializer)), input);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>sparse_gate</c>.</summary>
    public static readonly Entry<Layer> SparseGate = Add("sparse_gate", "weights of experts of which few stay above 0: the gate of DSelect-k", new SparseGate(4),
        Setting<Layer>.Integer<SparseGate>("experts", "how many experts", x => x.Experts, (x, v) => x with { Experts = v }, minimum: 1),
        Setting<Layer>.Integer<SparseGate>("selectors", "how many experts it may end with", x => x.Selectors, (x, v) => x with { Selectors = v }, minimum: 1),
        Setting<Layer>.Number<SparseGate>("gamma", "width of the range in which a bit is undecided", x => x.Gamma, (x, v) => x with { Gamma = v }, above: 0),
        Setting<Layer>.Number<SparseGate>("entropy", "factor of the penalty on undecided selectors", x => x.Entropy, (x, v) => x with { Entropy = v }, minimum: 0));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>A gate that comes to use a few experts only.</summary>
        /// <param name="experts">How many experts.</param>
        /// <param name="selectors">How many it may end with.</param>
        public Node SparseGate(int experts, int selectors = 2) => new SparseGate(experts, selectors).Apply(node);
    }
}
