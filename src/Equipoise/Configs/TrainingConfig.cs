using Equipoise.Optimizers;
using Equipoise.Training;

namespace Equipoise.Configs;

/// <summary>How the model is trained.</summary>
public sealed record TrainingConfig : ConfigPart
{
    /// <summary>The optimizer.</summary>
    public Optimizer Optimizer { get; init; } = new Adam();

    /// <summary>Passes over the training rows.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Rows a step.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>The text input by whose length rows are put into batches, so that less padding is computed; null: batches are any rows. See <see cref="FitOptions.BucketBy"/>.</summary>
    public string? BucketBy { get; init; }

    /// <summary>How many steps' gradients are averaged to one update; every step has its line in the ledger. 0: as the optimizer's <c>accumulation_steps</c> says.</summary>
    public int Accumulate { get; init; }

    /// <summary>Determines initial weights, order of rows and dropout. Same seed, same bits.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads; 0: one for each core. The result does not depend on it.</summary>
    public int Workers { get; init; }

    /// <summary>What the sum of an output's losses in a batch is divided by: see <see cref="Training.Divisor"/>.</summary>
    public Divisor Divisor { get; init; } = Divisor.LabelledRows;

    /// <summary>Losses over several outputs, on top of the outputs' own.</summary>
    public IReadOnlyList<JointLossConfig> Losses { get; init; } = [];

    /// <summary>Every so many steps each output's gradient of the shared layers is looked at, for the ledger; 0: never.</summary>
    public int Diagnose { get; init; }

    /// <summary>When training ends early; null: never.</summary>
    public EarlyStopConfig? EarlyStopping { get; init; }

    /// <summary>What the best epoch is kept by: <c>total</c>, <c>output.loss</c> or <c>output.metric</c>, on the validation part.</summary>
    public string Keep { get; init; } = "total";

    /// <summary>Further figures by whose best epoch weights are kept, each in a file of its own.</summary>
    public IReadOnlyList<string> KeepEach { get; init; } = [];

    /// <summary>When the learning rate is lowered; null: never.</summary>
    public ReduceRateConfig? ReduceLearningRate { get; init; }

    /// <summary>How long training may take; null: as long as it does.</summary>
    public TimeSpan? TimeLimit { get; init; }

    internal static ConfigSection<TrainingConfig> Section { get; } = new("training", new TrainingConfig(),
        Keys.Component<TrainingConfig, Optimizer>("optimizer", "the optimizer; adam", () => OptimizerCatalog.Catalog, (x, v) => x with { Optimizer = v }),
        Keys.Integer<TrainingConfig>("epochs", "passes over the training rows; 10", 1, (x, v) => x with { Epochs = v }),
        Keys.Integer<TrainingConfig>("batch", "rows a step; 64", 1, (x, v) => x with { Batch = v }),
        Keys.Integer<TrainingConfig>("accumulate", "steps whose gradients are averaged to one update, as though batches were so many times larger; 1", 1, (x, v) => x with { Accumulate = v }),
        Keys.Text<TrainingConfig>("bucket_by", "a text input: batches are made of rows of about its length; of any rows", (x, v) => x with { BucketBy = v }),
        Keys.Integer<TrainingConfig>("seed", "determines initial weights, order of rows and dropout; 1", 0, (x, v) => x with { Seed = v }),
        Keys.Integer<TrainingConfig>("workers", "threads; 0: one for each core. The result does not depend on it", 0, (x, v) => x with { Workers = v }),
        Keys.Choice<TrainingConfig, Divisor>("divisor", "what an output's losses in a batch are divided by; labelled_rows", (x, v) => x with { Divisor = v }),
        Keys.Parts<TrainingConfig, JointLossConfig>("losses", "losses over several outputs, on top of their own: [{name: agree, outputs: [a, b], loss: agreement, weight: 0.1}]; none", JointLossConfig.Read, (x, v) => x with { Losses = v }),
        Keys.Integer<TrainingConfig>("diagnose", "every so many steps each output's gradient is looked at, for 'equipoise explain'; 0: never", 0, (x, v) => x with { Diagnose = v }),
        Keys.Part<TrainingConfig, EarlyStopConfig>("early_stopping", "when training ends early: epochs to wait, or {patience: 5, monitor: total}; never", EarlyStopConfig.Read, (x, v) => x with { EarlyStopping = v }),
        Keys.Text<TrainingConfig>("keep", "what the best epoch is kept by, on the validation part: total, output.loss or output.metric; total", (x, v) => x with { Keep = v }),
        Keys.Texts<TrainingConfig>("keep_each", "further figures: the weights of the best epoch by each are kept as well, in a file of its own; none", (x, v) => x with { KeepEach = v }),
        Keys.Part<TrainingConfig, ReduceRateConfig>("reduce_learning_rate", "when the learning rate is lowered: epochs to wait, or {patience: 10, factor: 0.1}; never", ReduceRateConfig.Read, (x, v) => x with { ReduceLearningRate = v }),
        Keys.Time<TrainingConfig>("time_limit", "how long training may take: 90 s, 10 min, 1.5 h; it then ends with the step at hand; as long as it does", (x, v) => x with { TimeLimit = v }));

    internal static TrainingConfig Read(Catalogs.SettingNode node, string path, Catalogs.Problems problems) => Section.Read(node, path, problems);
}
