using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>y = e^x / Σ e^x over the last axis: probabilities of classes that exclude one another.</summary>
/// <remarks>Formula, gradient and source: <see cref="SoftmaxRows"/>.</remarks>
public sealed record Softmax : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new SoftmaxRows();
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>softmax</c>.</summary>
    public static readonly Entry<Activation> Softmax = Add("softmax", "e^x over its sum on the last axis", new Softmax());
}
