using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>How columns of a table become an input: settings only. <see cref="Fit"/> learns the rest (means, vocabularies) from the training part.</summary>
public abstract record InputEncoding
{
    /// <summary>Learns from the training rows. The kinds that read one column only refuse several.</summary>
    /// <exception cref="DataException">A column is missing, has no value, or holds values of another kind; every mistake is told, with its line.</exception>
    public abstract InputEncoder Fit(Table train, params IReadOnlyList<string> columns);

    /// <summary>Makes an encoder of this kind again from what its <see cref="InputEncoder.ToJson"/> wrote.</summary>
    internal abstract InputEncoder Load(JsonObject json);

    private protected TableColumn Single(Table train, IReadOnlyList<string> columns)
    {
        if (columns.Count != 1) throw new DataException($"An input of type {InputEncodingCatalog.Catalog.EntryOf(this).Name} reads one column, but {columns.Count} are given ({string.Join(", ", columns)}). Make an input of each.");
        return train[columns[0]];
    }
}

/// <summary>The kinds of input encodings by name. Each one's file adds its own line, in another part of this class.</summary>
public static partial class InputEncodingCatalog
{
    // No initialiser on purpose: parts initialise in file order, so whichever runs first makes the catalogue.
    private static Catalog<InputEncoding>? _catalog;

    /// <summary>Every input encoding.</summary>
    public static Catalog<InputEncoding> Catalog => _catalog!;

    private static Entry<InputEncoding> Add<T>(string name, string summary, T @default, params Setting<InputEncoding>[] settings) where T : InputEncoding
        => (_catalog ??= new("input type")).Add(name, summary, @default, settings);
}
