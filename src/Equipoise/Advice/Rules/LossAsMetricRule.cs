using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>A loss in the place of a metric: a cross-entropy, a hinge, a deviance. The account shows the raw loss already, and nobody can say what 0.43 of it is worth.</summary>
public sealed class LossAsMetricRule : AdviceRule
{
    private static readonly HashSet<string> Losses = new(StringComparer.Ordinal) { "binary_crossentropy", "categorical_crossentropy", "categorical_hinge", "hinge", "squared_hinge", "kl_divergence", "poisson", "log_cosh" };

    /// <inheritdoc/>
    public override string Name => "loss_as_metric";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Outputs.Where(o => o.Config is not null && o.Metrics.Count > 0))
        {
            string[] names = OutputEdits.MetricNames(output.Config!);
            int[] places = [.. Enumerable.Range(0, names.Length).Where(i => Losses.Contains(names[i]))];
            if (places.Length == 0) continue;
            string which = string.Join(", ", places.Select(p => $"'{names[p]}'"));
            yield return Found(output, "metrics", $"Of the {names.Length} metrics of '{output.Name}', {which} {(places.Length == 1 ? "is a loss" : "are losses")}.",
                $"The raw loss stands beside the metrics anyway. Judge the output by what users feel: {string.Join(", ", output.Metrics.Take(2).Select(m => m.Name))}.", OutputEdits.RemoveMetrics(output, places));
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="LossAsMetricRule"/>.</summary>
    public static readonly Entry<AdviceRule> LossAsMetric = Add("a loss in the place of a metric", new LossAsMetricRule());
}
