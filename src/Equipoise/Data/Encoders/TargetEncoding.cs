using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>How a column of a table becomes the labels of an output: settings only. <see cref="Fit"/> learns the rest (labels, scales) from the training part.</summary>
public abstract record TargetEncoding
{
    /// <summary>Learns from the training rows.</summary>
    /// <exception cref="DataException">The column is missing, has no label, or holds values of another kind; every mistake is told, with its line.</exception>
    public abstract TargetEncoder Fit(Table train, string column);

    /// <summary>Makes an encoder of this kind again from what its <see cref="TargetEncoder.ToJson"/> wrote.</summary>
    internal abstract TargetEncoder Load(JsonObject json);
}

/// <summary>The kinds of target encodings by name. Each one's file adds its own line, in another part of this class.</summary>
public static partial class TargetEncodingCatalog
{
    // No initialiser on purpose: parts initialise in file order, so whichever runs first makes the catalogue.
    private static Catalog<TargetEncoding>? _catalog;

    /// <summary>Every target encoding.</summary>
    public static Catalog<TargetEncoding> Catalog => _catalog!;

    private static Entry<TargetEncoding> Add<T>(string name, string summary, T @default, params Setting<TargetEncoding>[] settings) where T : TargetEncoding
        => (_catalog ??= new("output type")).Add(name, summary, @default, settings);
}
