namespace Equipoise.Ledger;

/// <summary>How long an output's gradient is.</summary>
/// <param name="Output">Name of the output.</param>
/// <param name="Norm">Mean of ‖g‖ over the steps that had a label; NaN if none had.</param>
public sealed record OutputNorm(string Output, double Norm);
