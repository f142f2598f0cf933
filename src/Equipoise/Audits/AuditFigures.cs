using System.Globalization;
using Equipoise.Ledger;

namespace Equipoise.Audits;

/// <summary>Figures of an audit as its sentences show them.</summary>
internal static class AuditFigures
{
    public static string Range(WeightInterval w) => double.IsInfinity(w.Greatest) ? $"{Weight(w.Least)} or more" : $"{Weight(w.Least)} to {Weight(w.Greatest)}";

    public static string Factor(double factor) => factor.ToString(factor < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " times";

    public static string Number(double value) => LedgerEntry.Number(value);

    public static string Weight(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (100 * share).ToString(Math.Abs(share) < 0.01 ? "0.##" : "0.#", CultureInfo.InvariantCulture) + " %";
}
