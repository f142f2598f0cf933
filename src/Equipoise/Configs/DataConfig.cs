namespace Equipoise.Configs;

/// <summary>Where the rows come from.</summary>
public sealed record DataConfig : ConfigPart
{
    /// <summary>The file, CSV or TSV, plain or gzip; relative to the folder of the config.</summary>
    public string Source { get; init; } = "";

    /// <summary>Files with further rows that only train; labels that they lack are missing ones.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>How the rows are parted.</summary>
    public SplitConfig Split { get; init; } = new();

    /// <summary>Texts that mean "no value", besides the empty one.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The separator of fields; null: found out.</summary>
    public char? Separator { get; init; }

    /// <summary>A column with a weight for each row, in every output; null: all 1.</summary>
    public string? Weights { get; init; }

    internal static ConfigSection<DataConfig> Section { get; } = new("data", new DataConfig(),
        Keys.Text<DataConfig>("source", "the file: CSV or TSV, plain or gzip; relative to the folder of the config", (x, v) => x with { Source = v }),
        Keys.Part<DataConfig, SplitConfig>("split", "a column with train, valid and test, or {train: 0.8, valid: 0.1, seed: 1, stratify: column}", SplitConfig.Read, (x, v) => x with { Split = v }),
        Keys.Texts<DataConfig>("extra", "files with further rows that only train; a column that they lack is missing in them", (x, v) => x with { Extra = v }),
        Keys.Texts<DataConfig>("missing", "texts that mean \"no value\", besides the empty one", (x, v) => x with { Missing = v }),
        new ConfigKey<DataConfig>("separator", "the separator of fields; found out", "one character", (part, node, path, problems) =>
        {
            if (node.Scalar is { Length: 1 } one) return part with { Separator = one[0] };
            if (node.Scalar is "tab" or "\\t") return part with { Separator = '\t' };
            problems.Add(node.Mark, path, $"One character is wanted here, or tab, but there is {node.Describe()}.");
            return part;
        }),
        Keys.Text<DataConfig>("weights", "a column with a weight for each row, in every output", (x, v) => x with { Weights = v }));

    internal static DataConfig Read(Catalogs.SettingNode node, string path, Catalogs.Problems problems)
    {
        if (node.Scalar is { } source) return new DataConfig { Source = source, Node = Catalogs.SettingNode.Map([new Catalogs.SettingEntry("source", node, node.Mark)], node.Mark), Path = path };
        var data = Section.Read(node, path, problems);
        if (data.Source.Length == 0 && node.Entries is { } entries && !data.Says("source") && entries.All(e => Section.Keys.Any(k => k.Name == e.Key))) problems.Add(node.Mark, path, "The 'source' is missing: the file with the data.");
        return data;
    }
}
