using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Data;
using Equipoise.Losses;

namespace Equipoise.Advice;

/// <summary>A percentage error, as loss or metric, of labels that are 0 or near it: a division by nearly nothing.</summary>
/// <remarks>Fires if more than one in a thousand labels is smaller than a hundredth of the median size.</remarks>
public sealed class PercentOfLittleRule : AdviceRule
{
    private const double LittleShare = 0.001;

    /// <inheritdoc/>
    public override string Name => "percent_of_little";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("number").Where(o => o.Config is not null))
        {
            var config = output.Config!;
            string[] names = OutputEdits.MetricNames(config);
            int[] places = [.. Enumerable.Range(0, names.Length).Where(i => names[i] == "mean_absolute_percentage_error")];
            bool loss = config.Loss is MeanAbsolutePercentageError;
            if (places.Length == 0 && !loss) continue;
            double[] sizes = [.. about.Train[output.Column].Values.Where(v => v is not null).Select(v => Cells.TryNumber(v!, out double x) ? Math.Abs(x) : 0).Order()];
            double little = sizes.Count(v => v < 0.01 * NumberStatistics.Quantile(sizes, 0.5) || v == 0) / (double)Math.Max(1, sizes.Length);
            if (little <= LittleShare) continue;
            var edits = new List<AdviceEdit>();
            if (loss) edits.Add(AdviceEdit.Set(config, "loss", "mean_absolute_error"));
            if (places.Length > 0) edits.AddRange(OutputEdits.RemoveMetrics(output, places));
            yield return Found(output, loss ? "loss" : "metrics", string.Create(CultureInfo.InvariantCulture, $"{100 * little:0.##} % of the labels of '{output.Name}' are smaller than a hundredth of the usual size (exactly 0: {100 * output.Statistics["zero_share"]:0.##} %), and their percentage errors are without bound."),
                "Use the mean absolute error, or errors of the logarithm.", [.. edits]);
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="PercentOfLittleRule"/>.</summary>
    public static readonly Entry<AdviceRule> PercentOfLittle = Add("a percentage error of labels that are 0 or near it", new PercentOfLittleRule());
}
