namespace Equipoise.Data;

/// <summary>How large the three parts of a split are. They are scaled to sum 1; a part of 0 is left empty on purpose.</summary>
/// <param name="Train">Share of the training part; above 0.</param>
/// <param name="Valid">Share of the validation part.</param>
/// <param name="Test">Share of the test part.</param>
public sealed record SplitFractions(double Train = 0.8, double Valid = 0.1, double Test = 0.1);
