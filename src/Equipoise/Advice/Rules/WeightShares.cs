using System.Globalization;

namespace Equipoise.Advice;

/// <summary>Shares of the total at the beginning of training: weight × what a guess costs, of the outputs whose weight trains them.</summary>
internal static class WeightShares
{
    /// <summary>The outputs with their shares of the sum; nothing if fewer than two take part, or a balancer sets the weights.</summary>
    public static IReadOnlyList<(OutputAdvice Output, double Contribution, double Share)> Of(AdviceCase about)
    {
        if (!about.HasFixedWeights) return [];
        var parts = about.Outputs.Select(o => (Output: o, Contribution: AdviceCase.Contribution(o))).Where(p => p.Contribution > 0).ToArray();
        double sum = parts.Sum(p => p.Contribution);
        return parts.Length < 2 ? [] : [.. parts.Select(p => (p.Output, p.Contribution, p.Contribution / sum))];
    }

    /// <summary>The median contribution of the other outputs.</summary>
    public static double MedianOfOthers(IReadOnlyList<(OutputAdvice Output, double Contribution, double Share)> parts, OutputAdvice output)
    {
        double[] others = [.. parts.Where(p => p.Output != output).Select(p => p.Contribution).Order()];
        return NumberStatistics.Quantile(others, 0.5);
    }

    /// <summary>The weight with which an output contributes <paramref name="contribution"/>, to two digits.</summary>
    public static string WeightFor(OutputAdvice output, double contribution)
    {
        double weight = contribution / output.GuessLoss!.Value;
        return double.Parse(weight.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("0.##############", CultureInfo.InvariantCulture);
    }
}
