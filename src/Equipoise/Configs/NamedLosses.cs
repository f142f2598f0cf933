using Equipoise.Catalogs;
using Equipoise.Losses;

namespace Equipoise.Configs;

/// <summary>Reads several losses of one output: <c>[{mse: {}, name: level, weight: 1}, {log_cosh: {}, weight: 0.1}]</c>. A loss without a name is called as in the catalogue.</summary>
internal static class NamedLosses
{
    public static OutputConfig Read(OutputConfig output, SettingNode node, string path, Problems problems)
    {
        if (node.Items is not { Count: > 0 } items)
        {
            problems.Add(node.Mark, path, $"A list of losses is wanted here, like [{{mse: {{}}, name: level}}, {{log_cosh: {{}}, weight: 0.1}}], but there is {node.Describe()}.");
            return output;
        }
        var losses = new List<NamedLoss>();
        for (int i = 0; i < items.Count; i++)
        {
            if (ReadOne(items[i], $"{path}[{i}]", problems) is not { } loss) return output;
            losses.Add(loss);
        }
        try
        {
            return output with { Loss = new CombinedLoss(losses) };
        }
        catch (ArgumentException fault)
        {
            problems.Add(node.Mark, path, fault.Message.Replace(" (Parameter 'parts')", "", StringComparison.Ordinal));
            return output;
        }
    }

    private static NamedLoss? ReadOne(SettingNode node, string path, Problems problems)
    {
        var component = node.Entries is { } entries ? SettingNode.Map(entries.Where(e => e.Key is not ("name" or "weight")), node.Mark) : node;
        if (LossCatalog.Catalog.Read(component, path, problems) is not { } loss) return null;
        string? name = node.Find("name") is { } named ? Keys.TryText(named.Value, $"{path}.name", problems) : LossCatalog.Catalog.EntryOf(loss).Name;
        double? weight = node.Find("weight") is { } weighed ? Keys.TryNumber(weighed.Value, $"{path}.weight", problems, "finite number ≥ 0", v => v >= 0) : 1;
        return name is null || weight is null ? null : new NamedLoss(name, loss, weight.Value);
    }
}
