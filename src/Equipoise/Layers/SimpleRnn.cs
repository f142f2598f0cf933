using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>The simplest recurrence: h = tanh(x·W + h'·U + b). It forgets long sequences; prefer <see cref="Lstm"/> or <see cref="Gru"/>.</summary>
/// <remarks>Source: Elman, "Finding Structure in Time", 1990; Keras 3, SimpleRNN.</remarks>
/// <param name="Units">Width of the state.</param>
public sealed record SimpleRnn(int Units) : RecurrentLayer(Units)
{
    private protected override int Gates => 1;

    private protected override Operation CreateOperation(Parameter kernel, Parameter recurrentKernel, Parameter? bias, RecurrenceOptions options)
        => new Engine.Operations.SimpleRnn(kernel, recurrentKernel, bias, options);
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>simple_rnn</c>.</summary>
    public static readonly Entry<Layer> SimpleRnn = Add("simple_rnn", "the simplest recurrence", new SimpleRnn(32), RecurrentSettings());
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>The simplest recurrence.</summary>
        /// <param name="units">Width of the state.</param>
        /// <param name="returnSequences">Whether all steps' states are the output, or the last one alone.</param>
        public Node SimpleRnn(int units, bool returnSequences = false) => new SimpleRnn(units) { ReturnSequences = returnSequences }.Apply(node);
    }
}
