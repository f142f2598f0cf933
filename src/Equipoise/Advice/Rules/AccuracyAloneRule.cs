using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Accuracy as the only metric of an output with a rare class: always guessing the largest class is nearly as good.</summary>
public sealed class AccuracyAloneRule : AdviceRule
{
    private const double MostRows = 0.5;

    /// <inheritdoc/>
    public override string Name => "accuracy_alone";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("binary", "category", "ordered_category").Where(o => o.Config is not null && o.Statistics["largest_share"] >= MostRows && ClassRanking.IsImbalanced(o.Statistics)))
        {
            string[] names = OutputEdits.MetricNames(output.Config!);
            if (names.Length == 0 || names.Any(n => !n.EndsWith("accuracy", StringComparison.Ordinal) || n is "balanced_accuracy")) continue;
            string better = output.Metrics.First(m => m.Name is not "accuracy" && !m.Name.Contains("top_k", StringComparison.Ordinal)).Name;
            var (rare, rows) = output.Statistics.Labels.Last(l => l.Rows > 0);
            yield return Found(output, "metrics", string.Create(CultureInfo.InvariantCulture, $"'{output.Name}' is judged by accuracy alone, but always answering '{output.Statistics.Labels[0].Label}' has {100 * output.Statistics["largest_share"]:0.##} % already, and never finds '{rare}' ({rows:N0} {(rows == 1 ? "row" : "rows")}, {100 * output.Statistics["rarest_share"]:0.##} %)."),
                $"Add {better}, which the rare class moves.", OutputEdits.AddMetric(output.Config!, better));
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="AccuracyAloneRule"/>.</summary>
    public static readonly Entry<AdviceRule> AccuracyAlone = Add("accuracy as the only metric of an output with a rare class", new AccuracyAloneRule());
}
