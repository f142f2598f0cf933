using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;

namespace Equipoise.Activations;

/// <summary>A function applied to each number, or to each row of the last axis, of a layer's output.</summary>
public abstract record Activation
{
    /// <summary>The operation that computes it; null for the identity, which needs none.</summary>
    public abstract Operation? CreateOperation();
}

/// <summary>Activations by name. Each activation's file adds its own line, in another part of this class.</summary>
public static partial class ActivationCatalog
{
    private static Catalog<Activation>? _catalog;              // no initialiser on purpose: the parts of this class initialise in file order

    /// <summary>All activations.</summary>
    public static Catalog<Activation> Catalog => _catalog!;

    private static Entry<Activation> Add<T>(string name, string summary, T @default, params Setting<Activation>[] settings) where T : Activation
        => (_catalog ??= new("activation")).Add(name, summary, @default, settings);
}
