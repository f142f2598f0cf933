namespace Equipoise.Audits;

/// <summary>What is in the total beside the weighted parts.</summary>
/// <param name="First">At the first line.</param>
/// <param name="Last">At the last line.</param>
/// <param name="FirstShare">Share of the total at the first line; NaN if the total is 0 or below.</param>
/// <param name="LastShare">Share at the last line.</param>
/// <param name="Spread">Standard deviation of the value at the last line.</param>
public sealed record LeftoverFigures(double First, double Last, double FirstShare, double LastShare, double Spread);
