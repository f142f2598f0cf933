using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>One of several figures that early stopping watches.</summary>
public sealed record WatchConfig : ConfigPart
{
    /// <summary>The figure: <c>total</c>, <c>output.loss</c> or <c>output.metric</c>, on the validation part.</summary>
    public string Monitor { get; init; } = "";

    /// <summary>Epochs to wait for something better; null: as <see cref="EarlyStopConfig.Patience"/> says.</summary>
    public int? Patience { get; init; }

    /// <summary>What counts as better: more than this.</summary>
    public double LeastChange { get; init; }

    /// <summary>Which way it improves; null: down for losses, as the metric says otherwise.</summary>
    public bool? HigherIsBetter { get; init; }

    /// <summary>What it counts in the score.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Whether the head of its output is frozen when its patience is over.</summary>
    public bool Freeze { get; init; }

    internal static ConfigSection<WatchConfig> Section { get; } = new("a watched figure", new WatchConfig(),
        Keys.Text<WatchConfig>("monitor", "the figure on the validation part: total, output.loss or output.metric", (x, v) => x with { Monitor = v }),
        Keys.Integer<WatchConfig>("patience", "epochs to wait for something better; that of early_stopping", 1, (x, v) => x with { Patience = v }),
        Keys.Number<WatchConfig>("least_change", "what counts as better: more than this; 0", "finite number ≥ 0", v => v >= 0, (x, v) => x with { LeastChange = v }),
        Keys.Flag<WatchConfig>("higher_is_better", "which way it improves; false for losses, as the metric says otherwise", (x, v) => x with { HigherIsBetter = v }),
        Keys.Number<WatchConfig>("weight", "what it counts in the score; 1", "finite number ≥ 0", v => v >= 0, (x, v) => x with { Weight = v }),
        Keys.Flag<WatchConfig>("freeze", "whether the head of its output is frozen when its patience is over; false", (x, v) => x with { Freeze = v }));

    /// <summary>Reads a figure's name or a map.</summary>
    internal static WatchConfig Read(SettingNode node, string path, Problems problems)
    {
        if (node.Scalar is not null) return Section.Keys[0].Read(new WatchConfig { Node = node, Path = path }, node, path, problems);
        var watch = Section.Read(node, path, problems);
        if (node.Entries is not null && watch.Monitor.Length == 0 && !watch.Says("monitor")) problems.Add(node.Mark, path, "The 'monitor' of the watched figure is missing: total, OUTPUT.loss or OUTPUT.METRIC.");
        return watch;
    }
}
