namespace Equipoise.Audits;

/// <summary>One way in which a log could have been made, and how well it does.</summary>
internal sealed record Candidate(Averaging Averaging, WeightRule Rule, Leftover Leftover)
{
    /// <summary>Factors a and b of the form a·exp(−s)·L + b·s of learned weights.</summary>
    public (double A, double B) Form { get; init; } = (0.5, 0.5);

    /// <summary>Weights that are given and not fitted [k]; NaN where they are fitted; 0 for parts that are not in the total.</summary>
    public required double[] Fixed { get; init; }

    /// <summary>Standard deviation of scatter, relative to the total.</summary>
    public double Scatter { get; init; }

    /// <summary>How far the slow term or the weights drift from line to line, relative to their size.</summary>
    public double Drift { get; init; }

    /// <summary>How far learned weights move from line to line towards the balance a·exp(−s)·L = b, as a share of the way.</summary>
    public double Pull { get; init; }

    /// <summary>What speaks for it before the log is seen, in nats: simple and frequent causes first.</summary>
    public double Prior { get; init; }

    /// <summary>Logarithm of the evidence of the log, plus <see cref="Prior"/>. −∞ if it is impossible.</summary>
    public double Score { get; init; } = double.NegativeInfinity;

    /// <summary>Why it is impossible; null if it is not.</summary>
    public string? Against { get; init; }

    /// <summary>Parts that are left out.</summary>
    public IEnumerable<int> Dropped => Enumerable.Range(0, Fixed.Length).Where(i => Fixed[i] == 0);

    /// <summary>Whether it says that nothing but rounding stands between the total and fixed weights, so that each line can refute it.</summary>
    public bool IsExact => Leftover == Leftover.None && Scatter == 0 && Rule is not (WeightRule.Moving or WeightRule.LogVariance);
}
