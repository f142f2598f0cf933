namespace Equipoise.Trials;

/// <summary>Whether the other outputs help or harm one.</summary>
/// <param name="Output">The output.</param>
/// <param name="Figure">The metric that says so.</param>
/// <param name="Together">Mean of the metric when it is trained with the others, by the first variant.</param>
/// <param name="Alone">The same when all other weights are 0.</param>
/// <param name="Difference">Together − alone.</param>
/// <param name="Verdict"><c>negative transfer</c>, <c>positive transfer</c>, or <c>no difference beyond chance</c>.</param>
public sealed record TransferFinding(string Output, JudgedFigure Figure, double Together, double Alone, PairedDifference Difference, string Verdict);
