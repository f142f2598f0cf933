namespace Equipoise.Configs;

/// <summary>How rows are parted into training, validation and test: by a column that says so, or by chance with a seed.</summary>
public sealed record SplitConfig : ConfigPart
{
    /// <summary>The column that says <c>train</c>, <c>valid</c> or <c>test</c>; null: by chance.</summary>
    public string? Column { get; init; }

    /// <summary>Share of training rows.</summary>
    public double Train { get; init; } = 0.8;

    /// <summary>Share of validation rows.</summary>
    public double Valid { get; init; } = 0.1;

    /// <summary>Share of test rows; null: what the other two leave.</summary>
    public double? Test { get; init; }

    /// <summary>Determines which row goes where.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>A column whose values have the same shares in every part; null: none.</summary>
    public string? Stratify { get; init; }

    internal static ConfigSection<SplitConfig> Section { get; } = new("split", new SplitConfig(),
        Keys.Text<SplitConfig>("column", "the column that says train, valid or test", (x, v) => x with { Column = v }),
        Keys.Number<SplitConfig>("train", "share of training rows; 0.8", "number > 0 and < 1", v => v is > 0 and < 1, (x, v) => x with { Train = v }),
        Keys.Number<SplitConfig>("valid", "share of validation rows; 0.1", "number > 0 and < 1", v => v is > 0 and < 1, (x, v) => x with { Valid = v }),
        Keys.Number<SplitConfig>("test", "share of test rows; what is left", "number ≥ 0 and < 1", v => v is >= 0 and < 1, (x, v) => x with { Test = v }),
        Keys.Integer<SplitConfig>("seed", "determines which row goes where; 1", 0, (x, v) => x with { Seed = v }),
        Keys.Text<SplitConfig>("stratify", "a column whose values have the same shares in every part", (x, v) => x with { Stratify = v }));

    /// <summary>Reads a column's name or a map.</summary>
    internal static SplitConfig Read(Catalogs.SettingNode node, string path, Catalogs.Problems problems)
    {
        if (node.Scalar is { } column) return new SplitConfig { Column = column, Node = node, Path = path };
        var split = Section.Read(node, path, problems);
        if (split.Column is not null && node.Entries!.Count > 1) problems.Add(node.Mark, path, "A split by a column has no other keys. Remove the column, or the other keys.");
        if (split.Column is null && split.Train + split.Valid + (split.Test ?? 0) > 1 + 1e-9) problems.Add(node.Mark, path, "The shares of train, valid and test add up to more than 1.");
        return split;
    }
}
