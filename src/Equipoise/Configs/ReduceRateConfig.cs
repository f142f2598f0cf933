namespace Equipoise.Configs;

/// <summary>When the learning rate is lowered: if what is watched has not become better for some epochs. See <see cref="Training.ReduceLearningRate"/>.</summary>
public sealed record ReduceRateConfig : ConfigPart
{
    /// <summary>Epochs to wait for something better.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>What the rate is multiplied with.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>What is watched: <c>total</c>, <c>output.loss</c> or <c>output.metric</c>, on the validation part; null: what the best epoch is kept by.</summary>
    public string? Monitor { get; init; }

    /// <summary>What counts as better: more than this.</summary>
    public double LeastChange { get; init; } = 1e-4;

    /// <summary>Epochs after a reduction that do not count.</summary>
    public int Cooldown { get; init; }

    /// <summary>The rate is not lowered below this.</summary>
    public double LeastRate { get; init; }

    internal static ConfigSection<ReduceRateConfig> Section { get; } = new("reduce_learning_rate", new ReduceRateConfig(),
        Keys.Integer<ReduceRateConfig>("patience", "epochs to wait for something better; 10", 1, (x, v) => x with { Patience = v }),
        Keys.Number<ReduceRateConfig>("factor", "what the learning rate is multiplied with; 0.1", "number > 0 and < 1", v => v is > 0 and < 1, (x, v) => x with { Factor = v }),
        Keys.Text<ReduceRateConfig>("monitor", "what is watched on the validation part: total, output.loss or output.metric; what 'keep' says", (x, v) => x with { Monitor = v }),
        Keys.Number<ReduceRateConfig>("least_change", "what counts as better: more than this; 0.0001", "finite number ≥ 0", v => v >= 0, (x, v) => x with { LeastChange = v }),
        Keys.Integer<ReduceRateConfig>("cooldown", "epochs after a reduction that do not count; 0", 0, (x, v) => x with { Cooldown = v }),
        Keys.Number<ReduceRateConfig>("least_rate", "the learning rate is not lowered below this; 0", "finite number ≥ 0", v => v >= 0, (x, v) => x with { LeastRate = v }));

    /// <summary>Reads a number of epochs or a map.</summary>
    internal static ReduceRateConfig Read(Catalogs.SettingNode node, string path, Catalogs.Problems problems)
        => node.Scalar is not null
            ? Section.Keys[0].Read(new ReduceRateConfig { Node = node, Path = path }, node, path, problems)
            : Section.Read(node, path, problems);
}
