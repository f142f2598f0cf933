namespace Equipoise.Advice;

/// <summary>One figure about the labels of an output, taken from its training rows.</summary>
/// <param name="Name">Its name in snake case: <c>tail_index</c>.</param>
/// <param name="Value">The figure; NaN where it is not defined.</param>
/// <param name="Meaning">What it says, with its unit.</param>
public sealed record Statistic(string Name, double Value, string Meaning);
