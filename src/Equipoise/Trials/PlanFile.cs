using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Trials;

/// <summary>What plans of comparisons and of sweeps have in common: a file with one key, and a map below it.</summary>
internal static class PlanFile
{
    /// <summary>The map below the one key.</summary>
    /// <exception cref="ConfigException">It is no such file.</exception>
    public static IReadOnlyList<SettingEntry> Entries(string text, string file, string key, Problems problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        var root = ConfigText.Read(text, problems);
        if (!problems.Any && (root.Entries is not { Count: 1 } || root.Find(key)?.Value.Entries is null)) problems.Add(root.Mark, "", $"A plan is a file with one key, '{key}', and a map of keys below it.");
        return problems.Any ? throw new ConfigException(file, text, problems.All) : root.Find(key)!.Value.Entries!;
    }

    /// <summary>A whole number of at least so much; that least one after a mistake.</summary>
    public static int Whole(SettingNode node, string path, int least, Problems problems)
    {
        if (node.Scalar is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least) return value;
        problems.Add(node.Mark, path, $"A whole number of at least {least} is wanted here, but there is {node.Describe()}.");
        return least;
    }

    /// <summary>True or false.</summary>
    /// <param name="node">The value.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="wanted">What may stand there.</param>
    /// <param name="problems">Collects mistakes.</param>
    public static bool Flag(SettingNode node, string path, string wanted, Problems problems)
    {
        if (node.Scalar is not ("true" or "false")) problems.Add(node.Mark, path, $"{wanted} is wanted here, but there is {node.Describe()}.");
        return node.Scalar is "true";
    }

    /// <summary>Tells a key that there is not.</summary>
    public static void Refuse(SettingEntry entry, string part, IReadOnlyList<string> known, Problems problems)
        => problems.Add(entry.KeyMark, part, $"There is no key '{entry.Key}' in a plan. {Suggestion.Advice(entry.Key, known)}");
}
