using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>A set of few labels among many, judged only by the share of right yes-or-no answers: a model that never says anything is nearly perfect by it.</summary>
public sealed class AccuracyOnSetRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "accuracy_on_set";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("set").Where(o => o.Config is not null && o.Statistics["present_share"] < SetRanking.SparseShare))
        {
            string[] names = OutputEdits.MetricNames(output.Config!);
            if (names.Length == 0 || names.Any(n => n is not ("accuracy" or "binary_accuracy" or "hamming_loss"))) continue;
            yield return Found(output, "metrics", string.Create(CultureInfo.InvariantCulture, $"Of all labels of '{output.Name}' in all rows {100 * output.Statistics["present_share"]:0.##} % are present, so a model that never predicts any is right in {100 * (1 - output.Statistics["present_share"]):0.##} %; {string.Join(" and ", names)} {(names.Length == 1 ? "sees" : "see")} no more."),
                "Add {f1: {average: micro}}, which counts only labels that are predicted or true.", OutputEdits.AddMetric(output.Config!, "{f1: {average: micro}}"));
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="AccuracyOnSetRule"/>.</summary>
    public static readonly Entry<AdviceRule> AccuracyOnSet = Add("a set of few labels among many, judged only by right yes-or-no answers", new AccuracyOnSetRule());
}
