namespace Equipoise.Audits;

/// <summary>How far the true figures of a column can be from the printed ones.</summary>
/// <remarks>
/// A printed <c>2.23</c> stands for anything in 2.225 .. 2.235. Whether <c>0.5</c> means 0.45 .. 0.55 or 0.49995 .. 0.50005 is known only from the other figures of its column: if at least
/// half of them have the most decimals that occur, the column is printed with that many decimals (trailing zeros may have been dropped); else with as many significant digits as the longest
/// figure has. Figures with an exponent stand for themselves. To each half width comes <see cref="Arithmetic"/> of the value: frameworks compute in float.
/// </remarks>
internal static class ColumnRounding
{
    /// <summary>What float arithmetic (sums of some terms, means over many batches) may change, relative to the figure.</summary>
    public const double Arithmetic = 1e-6;

    /// <summary>Half the width of the interval that each figure stands for; NaN for figures that are none.</summary>
    public static double[] Halves(IReadOnlyList<PrintedNumber> column)
    {
        int plain = 0, most = 0, longest = 0;
        foreach (var n in column)
        {
            if (n.Exact || n.Exponent is not null || !double.IsFinite(n.Value)) continue;
            plain++;
            most = Math.Max(most, n.Decimals);
            longest = Math.Max(longest, n.Significant);
        }
        int full = column.Count(n => !n.Exact && n.Exponent is null && double.IsFinite(n.Value) && n.Decimals == most);
        bool fixedDecimals = 2 * full >= plain && longest < 9;
        var halves = new double[column.Count];
        for (int i = 0; i < halves.Length; i++)
        {
            var n = column[i];
            double printed = n.Exact ? 0
                : n.Exponent is not null ? n.Unit / 2
                : fixedDecimals ? Math.Pow(10, -most) / 2
                : n.Value == 0 ? 0 : Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(n.Value))) + 1 - longest) / 2;
            halves[i] = double.IsFinite(n.Value) ? printed + (Arithmetic * Math.Abs(n.Value)) : double.NaN;
        }
        return halves;
    }
}
