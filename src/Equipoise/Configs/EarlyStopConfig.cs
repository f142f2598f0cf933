using Equipoise.Catalogs;
using Equipoise.Training;

namespace Equipoise.Configs;

/// <summary>When training ends before its last epoch: if what is watched has not become better for some epochs. One figure, or several with a rule.</summary>
public sealed record EarlyStopConfig : ConfigPart
{
    /// <summary>Epochs to wait for something better.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>What is watched: <c>total</c>, <c>output.loss</c> or <c>output.metric</c>, on the validation part; null: what the best epoch is kept by.</summary>
    public string? Monitor { get; init; }

    /// <summary>What counts as better: more than this. Of one figure, or of the score.</summary>
    public double LeastChange { get; init; }

    /// <summary>Several figures, in place of one.</summary>
    public IReadOnlyList<WatchConfig> Watch { get; init; } = [];

    /// <summary>What several figures decide together.</summary>
    public StopRule Rule { get; init; }

    /// <summary>With <see cref="StopRule.AtLeast"/>: how many figures must be done.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Epochs at the beginning that are not looked at.</summary>
    public int StartAfter { get; init; }

    internal static ConfigSection<EarlyStopConfig> Section { get; } = new("early_stopping", new EarlyStopConfig(),
        Keys.Integer<EarlyStopConfig>("patience", "epochs to wait for something better; 5", 1, (x, v) => x with { Patience = v }),
        Keys.Text<EarlyStopConfig>("monitor", "what is watched on the validation part: total, output.loss or output.metric; what 'keep' says", (x, v) => x with { Monitor = v }),
        Keys.Number<EarlyStopConfig>("least_change", "what counts as better: more than this; 0", "finite number ≥ 0", v => v >= 0, (x, v) => x with { LeastChange = v }),
        new ConfigKey<EarlyStopConfig>("watch", "several figures in place of 'monitor', each by name or as a map with patience, least_change, higher_is_better, weight and freeze", "list of figures or maps",
            (part, node, path, problems) => part with { Watch = [.. (node.Items ?? [node]).Select((item, i) => WatchConfig.Read(item, node.Items is null ? path : $"{path}[{i}]", problems))] }),
        Keys.Choice<EarlyStopConfig, StopRule>("rule", "what several figures decide together: stop when all, any or at_least 'count' of them have waited out their patience, or when their score or the Pareto rule has; all", (x, v) => x with { Rule = v }),
        Keys.Integer<EarlyStopConfig>("count", "with the rule at_least: how many figures must be done; 1", 1, (x, v) => x with { Count = v }),
        Keys.Integer<EarlyStopConfig>("start_after", "epochs at the beginning that are not looked at; 0", 0, (x, v) => x with { StartAfter = v }));

    /// <summary>Reads a number of epochs or a map.</summary>
    internal static EarlyStopConfig Read(SettingNode node, string path, Problems problems)
    {
        if (node.Scalar is not null) return Section.Keys[0].Read(new EarlyStopConfig { Node = node, Path = path }, node, path, problems);
        var stop = Section.Read(node, path, problems);
        if (stop.Watch.Count == 0)
        {
            foreach (string key in (string[])["rule", "count"]) if (stop.Says(key)) stop.Report(problems, key, $"'{key}' is for several figures. Name them in 'watch'.");
            return stop;
        }
        if (stop.Monitor is not null) stop.Report(problems, "monitor", "'monitor' is for one figure and 'watch' for several. Remove one of them.");
        if (stop.Rule == StopRule.AtLeast && stop.Count > stop.Watch.Count) stop.Report(problems, "count", $"'count' is {stop.Count}, but only {stop.Watch.Count} figures are watched.");
        foreach (var twice in stop.Watch.GroupBy(w => w.Monitor).Where(g => g.Count() > 1)) stop.Report(problems, "watch", $"'{twice.Key}' is watched {twice.Count()} times. Name it once.");
        foreach (var watch in stop.Watch.Where(w => w.Freeze && w.Monitor is "total" or "loss")) watch.Report(problems, "freeze", "The total has no head to freeze. Watch a figure of one output.");
        return stop;
    }
}
