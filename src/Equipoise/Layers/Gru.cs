using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Gated recurrent unit: a recurrence with two gates and no separate cell, somewhat cheaper than <see cref="Lstm"/>.</summary>
/// <remarks>z, r = sigmoid(.), h = z·h' + (1 - z)·n with n = tanh(x·W + b + r·(h'·U + d)), or, with the reset before the product, n = tanh(x·W + (r·h')·U + b).
/// The gates lie in the order z, r, n. Source: Cho and others, "Learning Phrase Representations using RNN Encoder-Decoder", 2014; Keras 3, GRU.</remarks>
/// <param name="Units">Width of the state.</param>
public sealed record Gru(int Units) : RecurrentLayer(Units)
{
    /// <summary>Whether the reset gate works after the recurrent product, as in cuDNN; then there are two biases. It is also the faster form.</summary>
    public bool ResetAfter { get; init; } = true;

    private protected override int Gates => 3;

    private protected override Shape BiasShape => ResetAfter ? new Shape(2, 3 * Units) : new Shape(3 * Units);

    private protected override Operation CreateOperation(Parameter kernel, Parameter recurrentKernel, Parameter? bias, RecurrenceOptions options)
        => ResetAfter ? new Engine.Operations.Gru(kernel, recurrentKernel, bias, options) : new GruResetBefore(kernel, recurrentKernel, bias, options);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>gru</c>.</summary>
    public static readonly Entry<Layer> Gru = Add("gru", "gated recurrent unit", new Gru(32), RecurrentSettings(
        Setting<Layer>.Flag<Gru>("reset_after", "whether the reset gate works after the recurrent product", x => x.ResetAfter, (x, v) => x with { ResetAfter = v })));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Gated recurrent unit.</summary>
        /// <param name="units">Width of the state.</param>
        /// <param name="returnSequences">Whether all steps' states are the output, or the last one alone.</param>
        public Node Gru(int units, bool returnSequences = false) => new Gru(units) { ReturnSequences = returnSequences }.Apply(node);
    }
}
