using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Data;
using Equipoise.Losses;

namespace Equipoise.Advice;

/// <summary>Squared errors of numbers with outliers on both sides, or on a side that no logarithm brings nearer.</summary>
/// <remarks>Quiet where the output is judged by squared errors in its unit (<c>rmse</c> or <c>r2</c> first, or kept by). The change is Huber's loss with delta = 1.345 × the robust deviation, in the unit that the loss sees.</remarks>
public sealed class OutliersRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "squared_error_with_outliers";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("number").Where(o => !about.IsJudgedBySquares(o) && o.Config?.Loss is MeanSquaredError && o.Config.Encoding is NumberTargetEncoding { Transform: TargetTransform.Standardise }))
        {
            var s = output.Statistics;
            if (NumberRanking.FormOf(s) != NumberForm.Outliers) continue;
            var huber = NumberRanking.HuberNode(s);
            yield return Found(output, "loss", string.Create(CultureInfo.InvariantCulture, $"{100 * s["outlier_share"]:0.##} % of the labels of '{output.Name}' are more than 3.5 robust deviations ({s["robust_deviation"]:G3}) from the median {s["median"]:G4}, the furthest being {s["least"]:G4} and {s["most"]:G4} (tail_index {s["tail_index"]:G3}); of normal numbers 0.05 % would be. Each pulls on the network in proportion to its distance."),
                $"Use {{huber: {huber.Entries![0].Value}}}: squared up to 1.345 robust deviations, in the unit of the standardised label, absolute beyond.", AdviceEdit.Set(output.Config!, "loss", huber));
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="OutliersRule"/>.</summary>
    public static readonly Entry<AdviceRule> Outliers = Add("squared errors of numbers with outliers", new OutliersRule());
}
