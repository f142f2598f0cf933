namespace Equipoise.Audits;

/// <summary>What an audit says of one part of the data: where the total comes from.</summary>
/// <param name="Part">Which part: <c>train</c>, <c>valid</c>.</param>
/// <param name="Lines">How many lines have the total and all its parts.</param>
/// <param name="Total">Name of the total.</param>
/// <param name="Terms">Names of its parts.</param>
/// <param name="Others">Names of the other figures.</param>
/// <param name="Answer">The answer in a sentence or two.</param>
/// <param name="IsCertain">Whether one explanation is much more likely (20 times) than all others together; else several fit.</param>
/// <param name="Explanations">What was tried, the best first; the best has the weights.</param>
public sealed record PartAudit(string Part, int Lines, string Total, IReadOnlyList<string> Terms, IReadOnlyList<string> Others, string Answer, bool IsCertain, IReadOnlyList<LossExplanation> Explanations)
{
    /// <summary>What the log says of the claimed weights; null if none are claimed.</summary>
    public ClaimVerdict? Claim { get; init; }

    /// <summary>Lines as equations, each number named: the first and the last.</summary>
    public IReadOnlyList<string> Equations { get; init; } = [];

    /// <summary>How each part went down.</summary>
    public IReadOnlyList<PartConvergence> Convergence { get; init; } = [];

    /// <summary>Other things worth knowing: what a leftover means, what grew or fell apart.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>What to do or print next time.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];

    /// <summary>The best explanation.</summary>
    public LossExplanation Best => Explanations[0];
}
