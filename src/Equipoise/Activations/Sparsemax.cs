using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>The point of the probability simplex nearest to x, over the last axis: like softmax, with many entries exactly zero.</summary>
/// <remarks>Formula, gradient and source: <see cref="SparsemaxRows"/>.</remarks>
public sealed record Sparsemax : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new SparsemaxRows();
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>sparsemax</c>.</summary>
    public static readonly Entry<Activation> Sparsemax = Add("sparsemax", "the nearest point of the probability simplex", new Sparsemax());
}
