namespace Equipoise.Ledger;

/// <summary>A figure of an output over one part of the data.</summary>
/// <param name="Output">Name of the output.</param>
/// <param name="Name">Name of the metric.</param>
/// <param name="Value">Its value; NaN if nothing was counted.</param>
/// <param name="HigherIsBetter">Which way it gets better.</param>
public sealed record MetricValue(string Output, string Name, double Value, bool HigherIsBetter);
