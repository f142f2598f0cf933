namespace Equipoise.Trials;

/// <summary>What a comparison says about one figure.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Best">Name of the variant with the best mean; null if none finished.</param>
/// <param name="Winner">The same if it is better than every other variant beyond chance; null if that cannot be said.</param>
/// <param name="Reason">Why a winner is named, or not.</param>
/// <param name="Differences">The best variant against each other one, in the order of the variants.</param>
/// <param name="Confidence">How sure each interval is: 1 − 0.05 / comparisons, so that all of them together hold with 95 % (Bonferroni).</param>
public sealed record FigureVerdict(JudgedFigure Figure, string? Best, string? Winner, string Reason, IReadOnlyList<PairedDifference> Differences, double Confidence);
