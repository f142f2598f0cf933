using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;

namespace Equipoise.Activations;

/// <summary>y = x.</summary>
public sealed record Linear : Activation
{
    /// <inheritdoc/>
    public override Operation? CreateOperation() => null;
}

public static partial class ActivationCatalog
{
    /// <summary>The entry <c>linear</c>.</summary>
    public static readonly Entry<Activation> Linear = Add("linear", "y = x", new Linear());
}
