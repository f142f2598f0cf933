namespace Equipoise.Advice;

/// <summary>How heavy the tail of a distribution is.</summary>
/// <remarks>
/// Of the distances d = |x − median|, the k largest with k = a twentieth of the values: index = k ÷ Σ ln(d_i ÷ d_(k+1)). If P(d &gt; t) falls as t^−α, the index estimates α; moments of the order α and above do
/// not exist, so that below 2 the mean squared error of a sample says little about the next one's. For normal numbers it is about 5, for exponential ones about 3;
/// for numbers with a tail on one side it is less than α, since distances are from the median and not from where the tail begins.
/// NaN for fewer than 100 values, or if the k + 1 largest are equal.
/// Source: Hill, "A simple general approach to inference about the tail of a distribution", 1975.
/// </remarks>
internal static class TailIndex
{
    private const int Fewest = 100;

    /// <summary>Hill's estimate.</summary>
    public static double Hill(double[] values, double median)
    {
        if (values.Length < Fewest) return double.NaN;
        double[] distances = [.. values.Select(v => Math.Abs(v - median))];
        Array.Sort(distances);
        int largest = values.Length / 20;
        double from = distances[^(largest + 1)], sum = 0;
        if (from == 0) return double.NaN;
        for (int i = 1; i <= largest; i++) sum += Math.Log(distances[^i] / from);
        return sum > 0 ? largest / sum : double.NaN;
    }
}
