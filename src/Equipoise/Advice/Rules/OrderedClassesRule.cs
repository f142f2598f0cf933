using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Advice;

/// <summary>A category whose classes have an order by their names (low, medium, high; Fair, Good, Very Good; 0-9, 10-19, 20+), which nobody declared.</summary>
public sealed class OrderedClassesRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "ordered_classes";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Hint;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("category").Where(o => o.Config is not null && o.Statistics.Order.Count > 0))
        {
            var config = output.Config!;
            var edits = new List<AdviceEdit> { AdviceEdit.Set(config, "type", "ordered_category"), AdviceEdit.Set(config, "order", FlowText.List(output.Statistics.Order)) };
            if (config.Says("labels")) edits.Add(AdviceEdit.Remove(config, "labels"));
            if (!OutputEdits.MetricNames(config).Contains("cohen_kappa")) edits.Add(OutputEdits.AddMetric(config, "{cohen_kappa: {weights: quadratic}}"));
            yield return Found(output, "type", $"The {output.Statistics.Order.Count} classes of '{output.Name}' seem to have an order: {string.Join(" < ", output.Statistics.Order)}.",
                "Declare it, and judge by a kappa in which far classes cost more than near ones. In C# Corn or CumulativeLink also learn by the order.", [.. edits]);
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="OrderedClassesRule"/>.</summary>
    public static readonly Entry<AdviceRule> OrderedClasses = Add("a category whose classes have an order that is not declared", new OrderedClassesRule());
}
