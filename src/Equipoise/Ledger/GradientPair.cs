namespace Equipoise.Ledger;

/// <summary>How two outputs get along.</summary>
/// <param name="First">Name of one output.</param>
/// <param name="Second">Name of the other.</param>
/// <param name="Cosine">Mean cosine of the angle of their gradients: 1 the same direction, below 0 a conflict.</param>
/// <param name="Conflicts">Share of the steps in which the cosine is below 0.</param>
public sealed record GradientPair(string First, string Second, double Cosine, double Conflicts);
