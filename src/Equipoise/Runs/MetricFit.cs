using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Metrics;

namespace Equipoise.Runs;

/// <summary>Whether a metric says something about a type of output.</summary>
internal static class MetricFit
{
    private static readonly HashSet<string> ForClasses = new(StringComparer.Ordinal)
    {
        "accuracy", "binary_accuracy", "categorical_accuracy", "top_k_accuracy", "precision", "recall", "f1", "fbeta", "jaccard", "hamming_loss", "subset_accuracy",
        "matthews_correlation", "cohen_kappa", "balanced_accuracy", "cost_matrix", "brier_score", "expected_calibration_error", "ndcg", "auc", "average_precision", "binary_crossentropy", "categorical_crossentropy", "categorical_hinge",
    };

    private static readonly HashSet<string> ForNumbers = new(StringComparer.Ordinal)
    {
        "mean_absolute_error", "root_mean_squared_error", "r2", "mean_absolute_percentage_error", "mean_squared_logarithmic_error", "exact_when_rounded", "log_cosh",
        "spearman_correlation", "mase", "quantile_coverage", "interval_coverage",
    };

    private static readonly HashSet<string> ForOneClass = new(StringComparer.Ordinal) { "categorical_accuracy", "top_k_accuracy", "categorical_crossentropy", "categorical_hinge" };

    /// <summary>Reports the metrics of an output that cannot be right for its type, and those that stand twice.</summary>
    public static void Check(OutputConfig output, Problems problems)
    {
        if (output.Metrics is null || output.Type is null) return;
        if (LossFit.IsOfEmbeddings(output.Loss) && output.Metrics.Count > 0) output.Report(problems, "metrics", $"The loss {LossFit.NameOf(output.Loss!)} makes vectors, which no metric of classes can judge. Remove the metrics.");
        foreach (var metric in output.Metrics)
        {
            if (MetricCatalog.Catalog.Entries.FirstOrDefault(e => e.Default.GetType() == metric.GetType()) is not { } entry) continue;
            string? fault = output.Type switch
            {
                "sequence" when metric is not SequenceErrorRate => $"'{entry.Name}' compares numbers one by one, but the output is a sequence. Use sequence_error_rate.",
                not "sequence" when metric is SequenceErrorRate => $"'{entry.Name}' is for lists of labels, but the output is of the type {output.Type}. Use {UsualParts.MetricText(output.Type).Trim('[', ']')}.",
                "number" when ForClasses.Contains(entry.Name) => $"'{entry.Name}' is for classes, but the output is a number. Use mae, rmse or r2, or declare another type.",
                not "number" when ForNumbers.Contains(entry.Name) => $"'{entry.Name}' is for numbers, but the output is of the type {output.Type}. Use {UsualParts.MetricText(output.Type).Trim('[', ']')}, or declare the type number.",
                "set" or "binary" when ForOneClass.Contains(entry.Name) => $"'{entry.Name}' wants exactly one of several classes a row, but the output is of the type {output.Type}. Use {UsualParts.MetricText(output.Type).Trim('[', ']')}.",
                _ => null,
            };
            if (fault is not null) output.Report(problems, "metrics", fault);
        }
        foreach (var group in output.Metrics.GroupBy(m => m.Name).Where(g => g.Count() > 1)) output.Report(problems, "metrics", $"The metric '{group.Key}' stands {group.Count()} times. Remove the others.");
    }
}
