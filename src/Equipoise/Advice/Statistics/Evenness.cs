namespace Equipoise.Advice;

/// <summary>Whether a few values come about equally often, as numbers that are only names do: entropy of the values ÷ ln of how many there are. NaN for one value or more than 100.</summary>
internal static class Evenness
{
    private const int Most = 100;

    /// <summary>From 0 to 1. <paramref name="sorted"/> rises.</summary>
    public static double Of(double[] sorted)
    {
        double entropy = 0;
        int distinct = 0;
        for (int from = 0, to; from < sorted.Length; from = to)
        {
            to = from + 1;
            while (to < sorted.Length && sorted[to] == sorted[from]) to++;
            double share = (double)(to - from) / sorted.Length;
            entropy -= share * Math.Log(share);
            if (++distinct > Most) return double.NaN;
        }
        return distinct < 2 ? double.NaN : entropy / Math.Log(distinct);
    }
}
