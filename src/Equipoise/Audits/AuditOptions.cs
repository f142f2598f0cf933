namespace Equipoise.Audits;

/// <summary>What the user knows about a log, or wants to know.</summary>
public sealed record AuditOptions
{
    /// <summary>Form of the log; null: found from its content.</summary>
    public string? Format { get; init; }

    /// <summary>Name of the total loss; null: found by its name.</summary>
    public string? Total { get; init; }

    /// <summary>Names of the parts of the total; empty: found by their names.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>Weights that someone says the parts have; empty: nobody does.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();

    /// <summary>The factor λ of an L2 penalty λ·Σθ²; null: not known.</summary>
    public double? L2 { get; init; }

    /// <summary>Rows of the data; null: not known. With <see cref="BatchSize"/> it tells how long the last batch of an epoch is.</summary>
    public long? Rows { get; init; }

    /// <summary>Rows of a batch; null: not known.</summary>
    public long? BatchSize { get; init; }
}
