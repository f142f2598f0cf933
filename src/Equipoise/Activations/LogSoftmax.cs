using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = x − log Σ e^x over the last axis: logarithms of softmax, without its rounding.</summary>
/// <remarks>Formula, gradient and source: <see cref="LogSoftmaxRows"/>.</remarks>
public sealed record LogSoftmax : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new LogSoftmaxRows();
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>log_softmax</c>.</summary>
    public static readonly Entry<Activation> LogSoftmax = Add("log_softmax", "the logarithm of softmax", new LogSoftmax());
}
