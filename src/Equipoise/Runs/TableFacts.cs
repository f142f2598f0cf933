using System.Text.Json.Nodes;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>What a config is completed from: the columns of a table, and what they seem to hold. Each answer is found out once, and may be kept, so that the next time the table need not be read for it.</summary>
internal sealed class TableFacts
{
    private readonly Func<Table> _table;
    private readonly Dictionary<string, InferredKind> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _words = new(StringComparer.Ordinal);

    private TableFacts(Func<Table> table, string source, IReadOnlyList<string> names)
    {
        _table = table;
        Source = source;
        Names = names;
    }

    /// <summary>The file, for messages.</summary>
    public string Source { get; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether there is an answer that was not among those read.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Of a table at hand.</summary>
    public static TableFacts Of(Table table) => new(() => table, table.Source, table.Names) { HasMore = true };

    /// <summary>Whether there is a column of that name.</summary>
    public bool Has(string name) => Names.Contains(name);

    /// <summary>What a column seems to hold.</summary>
    public InferredKind KindOf(string column)
    {
        if (_kinds.TryGetValue(column, out var known)) return known;
        HasMore = true;
        return _kinds[column] = KindInference.Infer(_table(), column);
    }

    /// <summary>How many words the cells of some columns have, on average.</summary>
    public double WordsOf(IReadOnlyList<string> columns)
    {
        string key = string.Join('\n', columns);
        if (_words.TryGetValue(key, out double known)) return known;
        HasMore = true;
        long words = 0, cells = 0;
        foreach (string? cell in columns.SelectMany(c => _table()[c].Values))
        {
            if (cell is null) continue;
            cells++;
            words += cell.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        }
        return _words[key] = cells == 0 ? 0 : (double)words / cells;
    }

    /// <summary>The answers so far.</summary>
    public JsonObject ToJson()
    {
        var kinds = new JsonObject();
        foreach (var (column, kind) in _kinds)
            kinds[column] = new JsonObject { ["kind"] = (int)kind.Kind, ["reason"] = kind.Reason, ["separator"] = kind.Separator, ["constant"] = kind.IsConstant, ["identifier"] = kind.IsIdentifier, ["split"] = kind.IsSplit };
        var words = new JsonObject();
        foreach (var (columns, mean) in _words) words[columns] = mean;
        return new JsonObject { ["names"] = new JsonArray([.. Names.Select(n => (JsonNode)n)]), ["kinds"] = kinds, ["words"] = words };
    }

    /// <summary>The answers that <see cref="ToJson"/> wrote; further ones come from the table.</summary>
    public static TableFacts Read(JsonObject json, string source, Func<Table> table)
    {
        var facts = new TableFacts(table, source, [.. json["names"]!.AsArray().Select(n => (string)n!)]);
        foreach (var (column, kind) in json["kinds"]!.AsObject())
            facts._kinds[column] = new InferredKind((ColumnKind)(int)kind!["kind"]!, (string)kind["reason"]!) { Separator = (string)kind["separator"]!, IsConstant = (bool)kind["constant"]!, IsIdentifier = (bool)kind["identifier"]!, IsSplit = (bool)kind["split"]! };
        foreach (var (columns, mean) in json["words"]!.AsObject()) facts._words[columns] = (double)mean!;
        return facts;
    }
}
