using Equipoise.Catalogs;
using Equipoise.Data;

namespace Equipoise.Configs;

/// <summary>The keys of an input or output that are settings of its encoding; which ones there are depends on the type.</summary>
internal static class EncodingKeys
{
    /// <summary>Short names of types.</summary>
    public static string Canonical(string type) => type switch
    {
        "ordered" => "ordered_category",
        "class" or "categorical" => "category",
        "multilabel" or "multi_label" or "labels" => "set",
        "list" => "sequence",
        "boolean" or "bool" => "binary",
        "numeric" or "numerical" or "regression" => "number",
        _ => type,
    };

    public static IReadOnlyCollection<string> OfInput(SettingNode node) => Of(InputEncodingCatalog.Catalog, node, InputConfig.ImageType);

    public static IReadOnlyCollection<string> OfOutput(SettingNode node) => Of(TargetEncodingCatalog.Catalog, node, null);

    public static InputEncoding ReadInput(InputConfig input, string type, Problems problems)
        => Read(InputEncodingCatalog.Catalog, input, type, [.. InputConfig.Section.Keys.Select(k => k.Name)], problems);

    public static TargetEncoding ReadOutput(OutputConfig output, string type, Problems problems)
        => Read(TargetEncodingCatalog.Catalog, output, type, [.. OutputConfig.Section.Keys.Select(k => k.Name)], problems);

    // The settings of the declared type; of every type, if none is declared yet.
    private static IReadOnlyCollection<string> Of<T>(Catalog<T> catalog, SettingNode node, string? other) where T : class
    {
        string? type = node.Find("type")?.Value.Scalar;
        if (type is not null && type == other) return [];
        if (type is not null && catalog.TryFind(Canonical(type)) is { } entry) return [.. entry.Settings.Select(s => s.Name)];
        return [.. catalog.Entries.SelectMany(e => e.Settings).Select(s => s.Name).Distinct()];
    }

    private static T Read<T>(Catalog<T> catalog, ConfigPart part, string type, IReadOnlyCollection<string> own, Problems problems) where T : class
    {
        var entry = catalog.Find(type);
        var encoding = entry.Default;
        foreach (var pair in part.Node.Entries ?? [])
        {
            if (own.Contains(pair.Key)) continue;
            if (entry.Settings.FirstOrDefault(s => s.Name == pair.Key) is { } setting) encoding = setting.Read(encoding, pair.Value, part.PathOf(pair.Key), problems);
            else if (!part.Says("type"))
            {
                problems.Add(pair.KeyMark, part.Path, $"'{pair.Key}' is no setting of the type {type}, which was found out from the data. Remove it, or declare another 'type'. {Suggestion.Advice(pair.Key, [.. entry.Settings.Select(s => s.Name)])}");
            }
        }
        return encoding;
    }
}
