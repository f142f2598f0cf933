namespace Equipoise.Ledger;

/// <summary>An account did not add up: total ≠ Σ weight × raw loss + Σ penalties. A fault of the program, and training stops for it.</summary>
public sealed class LedgerException(string message) : EquipoiseException(message);
