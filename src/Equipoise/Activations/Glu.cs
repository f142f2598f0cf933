using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Activations;

/// <summary>The first half of the last axis times the sigmoid of the second half; the output is half as wide.</summary>
/// <remarks>Formula, gradient and source: <see cref="GatedLinear"/>.</remarks>
public sealed record Glu : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => new GatedLinear();
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>glu</c>.</summary>
    public static readonly Entry<Activation> Glu = Add("glu", "first half times the sigmoid of the second half; halves the width", new Glu());
}
