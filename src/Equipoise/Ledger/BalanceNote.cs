namespace Equipoise.Ledger;

/// <summary>Something out of the ordinary that the balancer met in an epoch.</summary>
/// <param name="Kind">What it was, in snake case: <c>masked</c>, <c>opposed</c>, <c>zero_gradient</c>, <c>not_finite</c>, <c>negative_loss</c>, <c>single_output</c>.</param>
/// <param name="Output">Name of the output; null when it is all of them.</param>
/// <param name="Steps">In how many steps of the epoch.</param>
public sealed record BalanceNote(string Kind, string? Output, long Steps);
