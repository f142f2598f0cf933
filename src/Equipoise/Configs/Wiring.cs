using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>Which part of a network reads which: checks the names in <c>from</c>, and finds what the trunk joins.</summary>
internal static class Wiring
{
    /// <summary>The inputs and branches that the trunk joins: those that nothing else reads by name.</summary>
    public static IReadOnlyList<string> IntoTrunk(Config config)
    {
        var read = config.Branches.SelectMany(b => b.From).Concat(config.Outputs.SelectMany(o => o.From)).ToHashSet(StringComparer.Ordinal);
        return [.. config.Inputs!.Select(i => i.Name).Concat(config.Branches.Select(b => b.Name)).Where(n => !read.Contains(n))];
    }

    /// <summary>Reports unknown names, names that stand twice, and circles.</summary>
    public static void Check(Config config, Problems problems)
    {
        if (config.Branches.Count == 0 && config.Outputs.All(o => o.From.Count == 0)) return;
        CheckNames(config, problems);
        // Without declared inputs their names are not known yet.
        if (config.Inputs is null) CheckAgain(config, problems);
        else CheckSources(config, [.. config.Inputs.Select(i => i.Name)], problems);
        CheckCircles(config, problems);
    }

    private static void CheckNames(Config config, Problems problems)
    {
        var taken = (config.Inputs ?? []).Select(i => (i.Name, What: "an input")).Concat(config.Outputs.Select(o => (o.Name, What: "an output"))).ToLookup(p => p.Name, p => p.What);
        foreach (var branch in config.Branches.Where(b => b.Name.Length > 0 && taken[b.Name].Any()))
            branch.Report(problems, "name", $"'{branch.Name}' is {taken[branch.Name].First()} too. Give the branch a name of its own.");
        foreach (var twice in config.Outputs.Where(o => (config.Inputs ?? []).Any(i => i.Name == o.Name)))
            twice.Report(problems, "name", $"An input and an output are both called '{twice.Name}', so 'from' cannot tell them apart. Rename one; 'column' says what it reads.");
    }

    // A config without 'inputs' gets them from the data, under the names of columns: too late to read them by name.
    private static void CheckAgain(Config config, Problems problems)
    {
        foreach (var part in Readers(config).Where(r => r.From.Any(n => config.Branches.All(b => b.Name != n) && config.Outputs.All(o => o.Name != n))))
            part.Part.Report(problems, "from", "'from' reads inputs by name, so declare the 'inputs'.");
    }

    private static void CheckSources(Config config, string[] inputs, Problems problems)
    {
        string[] names = [.. inputs, .. config.Branches.Select(b => b.Name), .. config.Outputs.Select(o => o.Name)];
        foreach (var (part, _, from) in Readers(config))
        {
            foreach (string name in from.Where(n => !names.Contains(n))) part.Report(problems, "from", $"There is no input, branch or output called '{name}'. {Suggestion.Advice(name, names)}");
            foreach (var group in from.GroupBy(n => n).Where(g => g.Count() > 1)) part.Report(problems, "from", $"'{group.Key}' is read {group.Count()} times. Name it once.");
        }
        var into = IntoTrunk(config);
        bool wanted = config.Outputs.Any(o => o.From.Count == 0);
        if (into.Count == 0 && wanted) config.Report(problems, "branches", "Every input and branch is read by name, so nothing is left for the trunk. Add a branch for it ('{name: NAME, from: INPUT}'), or give every output a 'from'.");
        if (!wanted && (config.Trunk is { Count: > 0 } || config.Architecture is not null)) config.Report(problems, "trunk", "Every output reads from somewhere else, so no output uses the trunk. Remove it, or a 'from'.");
        if (!wanted)
        {
            foreach (string unused in into) config.Report(problems, "outputs", $"Nothing reads '{unused}': every output has a 'from', and none leads to it. Remove it, or name it in a 'from'.");
        }
    }

    private static void CheckCircles(Config config, Problems problems)
    {
        var from = Readers(config).Where(r => r.Name.Length > 0).GroupBy(r => r.Name).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in from.Keys) Walk(name, []);

        void Walk(string name, List<string> path)
        {
            if (!from.TryGetValue(name, out var reader) || done.Contains(name)) return;
            if (path.Contains(name))
            {
                reader.Part.Report(problems, "from", $"'{name}' reads itself: {string.Join(" reads ", [.. path.SkipWhile(n => n != name), name])}. Break the circle.");
                done.Add(name);
                return;
            }
            path.Add(name);
            foreach (string source in reader.From) Walk(source, path);
            path.RemoveAt(path.Count - 1);
            done.Add(name);
        }
    }

    // An output without 'from' reads what the trunk joins; that closes circles too.
    private static IEnumerable<(ConfigPart Part, string Name, IReadOnlyList<string> From)> Readers(Config config)
    {
        foreach (var branch in config.Branches) yield return (branch, branch.Name, branch.From);
        foreach (var output in config.Outputs.Where(o => o.From.Count > 0)) yield return (output, output.Name, output.From);
        if (config.Inputs is null) yield break;
        foreach (var output in config.Outputs.Where(o => o.From.Count == 0)) yield return (output, output.Name, IntoTrunk(config));
    }
}
