using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Runs;

/// <summary>A figure of an epoch by name, as configs write it: <c>total</c>, <c>output</c> or <c>output.loss</c>, <c>output.metric</c>.</summary>
/// <param name="Name">The name that <see cref="Ledger.EpochEntry.Find"/> knows.</param>
/// <param name="HigherIsBetter">Which way it gets better.</param>
internal sealed record Monitor(string Name, bool HigherIsBetter)
{
    /// <summary>Finds out what an expression means; null and a report if nothing.</summary>
    public static Monitor? Find(string expression, Config config, ConfigPart part, string key, Problems problems)
    {
        int colon = expression.IndexOf(':', StringComparison.Ordinal);
        string prefix = colon > 0 && expression[..colon] is "train" or "valid" ? expression[..(colon + 1)] : "";
        string name = expression[prefix.Length..].Trim();
        if (name is "total" or "loss" or "total.loss") return new Monitor(prefix + "loss", false);
        foreach (var output in config.Outputs)
        {
            if (name == output.Name || name == $"{output.Name}.loss") return new Monitor(prefix + output.Name, false);
            if (output.Loss is Losses.CombinedLoss several && several.Parts.Any(l => name == $"{output.Name}.{l.Name}")) return new Monitor(prefix + name, false);
            foreach (var metric in output.Metrics ?? [])
                if (name == $"{output.Name}.{metric.Name}") return new Monitor(prefix + name, metric.Direction == Metrics.MetricDirection.HigherIsBetter);
        }
        if (config.Training.Losses.FirstOrDefault(l => name == l.Name || name == $"{l.Name}.loss") is { } joint) return new Monitor(prefix + joint.Name, false);
        string[] known = ["total", .. config.Training.Losses.Select(l => l.Name), .. config.Outputs.Select(o => $"{o.Name}.loss"), .. config.Outputs.SelectMany(o => (o.Metrics ?? []).Select(m => $"{o.Name}.{m.Name}"))];
        part.Report(problems, key, $"There is no figure called '{expression}'. {Suggestion.Advice(name, known)}");
        return null;
    }

    /// <summary>The output that an expression is about, or what stands in its place.</summary>
    public static string OutputOf(string expression)
    {
        string name = expression[(expression.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? name : name[..dot];
    }
}
