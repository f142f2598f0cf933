namespace Equipoise.Trials;

/// <summary>How fixed weights were searched for.</summary>
/// <param name="Weights">The best ones, by output.</param>
/// <param name="Trials">Trials that it took, each with one seed of its own that no comparison uses.</param>
/// <param name="Seconds">How long they trained.</param>
/// <param name="Figure">The figure that they were chosen by.</param>
/// <param name="Value">Its value with the best weights in the search.</param>
public sealed record TuningReport(IReadOnlyDictionary<string, double> Weights, int Trials, double Seconds, string Figure, double Value);
