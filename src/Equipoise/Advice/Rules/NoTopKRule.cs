using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Twenty classes or more without a metric of the first few: whether the right class is nearly first matters there, and accuracy does not tell.</summary>
public sealed class NoTopKRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "no_top_k";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Hint;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("category").Where(o => o.Config is not null && o.Statistics["classes"] >= ClassRanking.ManyClasses))
        {
            if (OutputEdits.MetricNames(output.Config!).Contains("top_k_accuracy")) continue;
            string top = ClassRanking.TopK(output.Statistics);
            yield return Found(output, "metrics", string.Create(CultureInfo.InvariantCulture, $"'{output.Name}' has {output.Statistics["classes"]:0} classes, as hard to guess as {output.Statistics["effective_classes"]:0.#} equally frequent ones, and no metric says whether the right one is among the first few."),
                $"Add {top}.", OutputEdits.AddMetric(output.Config!, top));
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="NoTopKRule"/>.</summary>
    public static readonly Entry<AdviceRule> NoTopK = Add("twenty classes or more without a metric of the first few", new NoTopKRule());
}
