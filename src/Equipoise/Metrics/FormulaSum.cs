namespace Equipoise.Metrics;

/// <summary>What is summed over items for a formula.</summary>
/// <param name="Inner">The term of each item.</param>
/// <param name="PerColumn">Whether it is summed over columns too.</param>
/// <param name="IsMean">Whether the sum is divided by the weights, and by the columns.</param>
internal sealed record FormulaSum(FormulaTerm Inner, bool PerColumn, bool IsMean);
