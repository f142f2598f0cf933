namespace Equipoise.Runs;

/// <summary>The names of the files in a run folder.</summary>
public static class RunFiles
{
    /// <summary>The config, as read.</summary>
    public const string Config = "config.yaml";

    /// <summary>The encoders of inputs and labels.</summary>
    public const string Encoders = "encoders.json";

    /// <summary>The layers of the model.</summary>
    public const string Model = "model.json";

    /// <summary>The weights of the best epoch.</summary>
    public const string Best = "best.safetensors";

    /// <summary>The weights of the best epoch by one of the figures in <c>keep_each</c>: <c>best-OUTPUT.METRIC.safetensors</c>.</summary>
    public static string BestBy(string figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return $"best-{string.Concat(figure.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'))}.safetensors";
    }

    /// <summary>The weights of the last complete epoch.</summary>
    public const string Last = "last.safetensors";

    /// <summary>What the balancer remembers after the last complete epoch; only of methods that remember something.</summary>
    public const string Balancer = "balancer.safetensors";

    /// <summary>Precision, recall, F1, average precision and support of every label of the sets and categories on validation and test; written when training ends, if there are any.</summary>
    public const string Labels = "labels.csv";

    /// <summary>The account of every step, and of every epoch on training and validation, one a line.</summary>
    public const string Ledger = "ledger.jsonl";

    /// <summary>The figures of every epoch, one a line.</summary>
    public const string Epochs = "epochs.csv";

    /// <summary>Version, machine, seed, and the fingerprints of the data.</summary>
    public const string Environment = "environment.json";

    /// <summary>The figures of the best epoch on every part, test included; written when training ends.</summary>
    public const string Metrics = "metrics.json";
}
