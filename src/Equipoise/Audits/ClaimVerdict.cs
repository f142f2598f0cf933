namespace Equipoise.Audits;

/// <summary>What a log says of weights that someone claims.</summary>
/// <param name="Verdict"><c>confirmed</c>, <c>possible</c> (not contradicted), <c>applied_before_printing</c> or <c>rejected</c>.</param>
/// <param name="Why">The evidence, with the line that contradicts most and by how much beyond rounding.</param>
public sealed record ClaimVerdict(string Verdict, string Why);
