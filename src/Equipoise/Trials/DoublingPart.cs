namespace Equipoise.Trials;

/// <summary>What a doubled weight did on one part of the data.</summary>
/// <param name="Part"><c>train</c> or <c>valid</c>.</param>
/// <param name="Rows">Rows that were looked at.</param>
/// <param name="Moments">After the first step with it, after a tenth of the steps, and after all.</param>
public sealed record DoublingPart(string Part, int Rows, IReadOnlyList<DoublingMoment> Moments);
