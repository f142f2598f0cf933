namespace Equipoise.Configs;

/// <summary>When training ends before its last epoch: if what is watched has not become better for some epochs.</summary>
public sealed record EarlyStopConfig : ConfigPart
{
    /// <summary>Epochs to wait for something better.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>What is watched: <c>total</c>, <c>output.loss</c> or <c>output.metric</c>, on the validation part; null: what the best epoch is kept by.</summary>
    public string? Monitor { get; init; }

    /// <summary>What counts as better: more than this.</summary>
    public double LeastChange { get; init; }

    internal static ConfigSection<EarlyStopConfig> Section { get; } = new("early_stopping", new EarlyStopConfig(),
        Keys.Integer<EarlyStopConfig>("patience", "epochs to wait for something better; 5", 1, (x, v) => x with { Patience = v }),
        Keys.Text<EarlyStopConfig>("monitor", "what is watched on the validation part: total, output.loss or output.metric; what 'keep' says", (x, v) => x with { Monitor = v }),
        Keys.Number<EarlyStopConfig>("least_change", "what counts as better: more than this; 0", "finite number ≥ 0", v => v >= 0, (x, v) => x with { LeastChange = v }));

    /// <summary>Reads a number of epochs or a map.</summary>
    internal static EarlyStopConfig Read(Catalogs.SettingNode node, string path, Catalogs.Problems problems)
        => node.Scalar is not null
            ? Section.Keys[0].Read(new EarlyStopConfig { Node = node, Path = path }, node, path, problems)
            : Section.Read(node, path, problems);
}
