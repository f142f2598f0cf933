namespace Equipoise.Trials;

/// <summary>What a comparison found.</summary>
/// <param name="Seeds">The seeds.</param>
/// <param name="Rows">Rows of the validation part.</param>
/// <param name="Variants">Each variant with its figures.</param>
/// <param name="Verdicts">What can be said, by figure, in the order of the plan.</param>
/// <param name="Tuning">The search for fixed weights; null if there was none.</param>
/// <param name="Transfer">Each output together with the others and alone; empty if that was not asked for.</param>
public sealed record ComparisonResult(IReadOnlyList<int> Seeds, int Rows, IReadOnlyList<VariantSummary> Variants, IReadOnlyList<FigureVerdict> Verdicts,
    TuningReport? Tuning, IReadOnlyList<TransferFinding> Transfer);
