using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Initializers;

namespace Equipoise.Layers;

/// <summary>Long short-term memory: a recurrence that learns what to keep, what to forget and what to show.</summary>
/// <remarks>i, f, o = sigmoid(x·W + h·U + b), g = tanh(.), c = f·c' + i·g, h = o·tanh(c); the gates lie in the order i, f, g, o. Initial states, if given: h, c.
/// Source: Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997; Keras 3, LSTM.</remarks>
/// <param name="Units">Width of the state.</param>
public sealed record Lstm(int Units) : RecurrentLayer(Units)
{
    /// <summary>Whether the forget gate's bias begins as 1, so that the memory lasts at first.</summary>
    public bool UnitForgetBias { get; init; } = true;

    private protected override int States => 2;

    private protected override int Gates => 4;

    private protected override Initializer InitializerOfBias => UnitForgetBias ? new ForgetBias(BiasInitializer) : BiasInitializer;

    private protected override Operation CreateOperation(Parameter kernel, Parameter recurrentKernel, Parameter? bias, RecurrenceOptions options)
        => new Engine.Operations.Lstm(kernel, recurrentKernel, bias, options);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>lstm</c>.</summary>
    public static readonly Entry<Layer> Lstm = Add("lstm", "long short-term memory", new Lstm(32), RecurrentSettings(
        Setting<Layer>.Flag<Lstm>("unit_forget_bias", "whether the forget gate's bias begins as 1", x => x.UnitForgetBias, (x, v) => x with { UnitForgetBias = v })));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Long short-term memory.</summary>
        /// <param name="units">Width of the state.</param>
        /// <param name="returnSequences">Whether all steps' states are the output, or the last one alone.</param>
        public Node Lstm(int units, bool returnSequences = false) => new Lstm(units) { ReturnSequences = returnSequences }.Apply(node);
    }
}
