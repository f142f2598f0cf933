using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Balanced class weights where one class is a hundred times rarer than another: a few rows, with what is wrong in them, rule the gradient.</summary>
/// <remarks>The change is weights as the root of the balanced ones, scaled so that they are 1 on average over the rows, for at most 20 classes.</remarks>
public sealed class ExtremeClassWeightsRule : AdviceRule
{
    /// <summary>How many times rarer a class may be than another, for balanced weights.</summary>
    internal const double TooUnequal = 100;

    private const int MostClasses = 20;

    /// <inheritdoc/>
    public override string Name => "extreme_class_weights";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("binary", "category", "ordered_category").Where(o => o.Config?.BalancedClasses == true && o.Statistics["imbalance"] > TooUnequal))
        {
            var labels = output.Statistics.Labels.Where(l => l.Rows > 0).ToArray();
            double rows = labels.Sum(l => (double)l.Rows), mean = labels.Sum(l => Math.Sqrt(l.Rows)) / rows;
            var softened = SettingNode.Map(labels.Select(l => new SettingEntry(l.Label, SettingNode.Of((1 / Math.Sqrt(l.Rows) / mean).ToString("G2", CultureInfo.InvariantCulture)))));
            yield return Found(output, "class_weights", string.Create(CultureInfo.InvariantCulture, $"With balanced weights a row of '{labels[^1].Label}' ({labels[^1].Rows:N0} rows) counts {output.Statistics["imbalance"]:N0} times as much as one of '{labels[0].Label}' ({labels[0].Rows:N0} rows)."),
                "Use the roots of these weights, which are less at the mercy of a few rows, or none, and choose the threshold afterwards.", labels.Length > MostClasses ? [] : [AdviceEdit.Set(output.Config!, "class_weights", softened)]);
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="ExtremeClassWeightsRule"/>.</summary>
    public static readonly Entry<AdviceRule> ExtremeClassWeights = Add("balanced class weights where one class is a hundred times rarer than another", new ExtremeClassWeightsRule());
}
