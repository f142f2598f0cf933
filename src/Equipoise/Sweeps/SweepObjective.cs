using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Ledger;
using Equipoise.Metrics;

namespace Equipoise.Sweeps;

/// <summary>A figure of the validation part that a sweep makes better: a metric of an output, or its raw loss.</summary>
/// <param name="Name">As configs write it: <c>price.r2</c>, <c>price.loss</c>.</param>
/// <param name="HigherIsBetter">Which way it gets better.</param>
public sealed record SweepObjective(string Name, bool HigherIsBetter)
{
    /// <summary>Reads <c>price.r2</c>; <c>:min</c> or <c>:max</c> behind it says which way it gets better, instead of the metric itself.</summary>
    /// <param name="text">The text.</param>
    /// <param name="config">A completed config, with the metrics of every output (<see cref="Runs.RunData.Config"/>).</param>
    /// <exception cref="ConfigException">There is no such figure, or it has no direction.</exception>
    public static SweepObjective Parse(string text, Config config)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(config);
        string name = text.Trim();
        bool? higher = name.EndsWith(":max", StringComparison.Ordinal) ? true : name.EndsWith(":min", StringComparison.Ordinal) ? false : null;
        if (higher is not null) name = name[..^4].Trim();
        foreach (var output in config.Outputs)
        {
            if (name == $"{output.Name}.loss") return new SweepObjective(name, higher ?? false);
            foreach (var metric in (output.Metrics ?? []).Where(m => name == $"{output.Name}.{m.Name}"))
            {
                if (higher is null && metric.Direction == MetricDirection.None) throw new ConfigException($"It is not clear which way '{name}' gets better. Write '{name}:max' or '{name}:min'.");
                return new SweepObjective(name, higher ?? metric.Direction == MetricDirection.HigherIsBetter);
            }
        }
        if (name is "total" or "loss") throw new ConfigException("The total loss depends on the weights, so it cannot be compared between trials. Name a metric, or a raw loss: OUTPUT.loss.");
        string[] known = [.. config.Outputs.SelectMany(o => (o.Metrics ?? []).Select(m => $"{o.Name}.{m.Name}").Append($"{o.Name}.loss"))];
        throw new ConfigException($"There is no figure '{name}'. {Suggestion.Advice(name, known)} A metric must stand in the 'metrics' of its output.");
    }

    /// <summary>The first metric of each output that has a direction, or else its raw loss.</summary>
    public static IReadOnlyList<SweepObjective> Usual(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return [.. config.Outputs.Select(o => (o.Metrics ?? []).FirstOrDefault(m => m.Direction != MetricDirection.None) is { } metric
            ? new SweepObjective($"{o.Name}.{metric.Name}", metric.Direction == MetricDirection.HigherIsBetter) : new SweepObjective($"{o.Name}.loss", false))];
    }

    /// <summary>The value turned so that less is better.</summary>
    public double Cost(double value) => HigherIsBetter ? -value : value;

    /// <summary>The value of an epoch; NaN if it has none.</summary>
    internal double Of(EpochEntry epoch) => epoch.Find(Name.EndsWith(".loss", StringComparison.Ordinal) ? Name[..^".loss".Length] : Name) ?? double.NaN;

    /// <summary>The name and the direction, as <see cref="Parse"/> reads them.</summary>
    public override string ToString() => $"{Name}:{(HigherIsBetter ? "max" : "min")}";
}
