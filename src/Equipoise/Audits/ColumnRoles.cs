using Equipoise.Catalogs;

namespace Equipoise.Audits;

/// <summary>Which column of a table is the total, and which are its parts: as the user says, as the form of the log says, or by their names.</summary>
/// <param name="Total">Name of the total.</param>
/// <param name="Parts">Names of the parts, in the order of the log.</param>
/// <param name="Others">Names of the other figures.</param>
internal sealed record ColumnRoles(string Total, IReadOnlyList<string> Parts, IReadOnlyList<string> Others)
{
    private static readonly string[] TotalNames =
        ["total_loss", "loss_total", "totalloss", "loss/total", "losses/total", "total", "loss/total_loss", "losses/total_loss", "combined.loss", "loss", "objective", "loss/loss", "sum", "total (mean)", "loss (mean)"];

    private static readonly string[] LossWords =
        ["loss", "losses", "nll", "kl", "kld", "ce", "bce", "elbo", "recon", "reconstruction", "reg", "penalty", "regularization", "regularisation", "regularizer", "aux", "l1", "l2", "ctc", "hinge", "crossentropy", "cost", "term"];

    private static readonly string[] MetricWords =
    [
        "acc", "accuracy", "acc@1", "acc@5", "auc", "f1", "precision", "recall", "mae", "mse", "rmse", "r2", "iou", "map", "ppl", "perplexity", "score", "bleu", "wer", "cer", "error", "err",
        "lr", "learning_rate", "rate", "time", "eta", "seconds", "sec", "grad", "norm", "gnorm", "epoch", "step", "iter", "momentum", "wd", "data", "mem", "memory", "speed", "samples", "weight", "sigma", "logvar", "log_var", "epochs",
    ];

    private static readonly string[] FittingMetrics = ["mse", "mae", "msle", "mean_squared_error", "mean_absolute_error", "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy", "hinge", "huber", "poisson", "kl_divergence"];

    /// <summary>Finds the roles.</summary>
    /// <returns>Null if the table has no total or no parts and the user named none.</returns>
    /// <exception cref="AuditException">The user named a column that is not there.</exception>
    public static ColumnRoles? Find(LogTable table, AuditOptions options)
    {
        string? total = options.Total is null ? null : Match(table, options.Total);
        if (options.Total is not null && total is null) return null;
        string[] named = [.. options.Parts.Select(p => Match(table, p)).OfType<string>()];
        if (options.Parts.Count > 0 && named.Length < options.Parts.Count) return null;
        total ??= table.Total ?? TotalOf(table.Columns, named);
        if (total is null) return null;
        string[] parts = named.Length > 0 ? named : table.Terms.Count > 0 ? [.. table.Terms.Where(t => t != total)] : Losses(table.Columns, total);
        return parts.Length == 0 ? null : new ColumnRoles(total, parts, [.. table.Columns.Where(c => c != total && !parts.Contains(c))]);
    }

    /// <summary>What to tell when no table of a log has the columns that are needed.</summary>
    public static AuditException Missing(TrainingLog log, AuditOptions options)
    {
        string[] columns = [.. log.Tables.SelectMany(t => t.Columns).Distinct()];
        foreach (string name in options.Parts.Prepend(options.Total).OfType<string>())
        {
            if (!log.Tables.Any(t => Match(t, name) is not null)) return new AuditException($"{log.Path}: the log has no figure '{name}'. {Suggestion.Advice(name, columns)}");
        }
        string list = string.Join(", ", columns);
        return options.Total is null && log.Tables.All(t => t.Total is null && TotalOf(t.Columns, []) is null)
            ? new AuditException($"{log.Path}: none of its figures is called like a total loss ({list}). Name it: --total NAME. If the log has only the parts, print their total, too, and train again.")
            : new AuditException($"{log.Path}: beside the total, none of its figures is called like a loss ({list}). Name the parts: --parts a,b. If the log has only a total, print its parts and train again.");
    }

    // The column of a name, with or without the part of the data in front.
    private static string? Match(LogTable table, string name)
    {
        if (table.IndexOf(name) >= 0) return name;
        var (part, rest) = PartNames.Split(name);
        if (part is not null && table.IndexOf(rest) >= 0) return rest;
        return table.Columns.FirstOrDefault(c => string.Equals(c, name, StringComparison.OrdinalIgnoreCase) || string.Equals(c, rest, StringComparison.OrdinalIgnoreCase)
            || string.Equals(c.Replace('_', ' '), name, StringComparison.OrdinalIgnoreCase));
    }

    private static string? TotalOf(IReadOnlyList<string> columns, string[] parts)
    {
        foreach (string known in TotalNames)
        {
            if (columns.FirstOrDefault(c => c.Equals(known, StringComparison.OrdinalIgnoreCase) && !parts.Contains(c)) is { } found) return found;
        }
        return columns.FirstOrDefault(c => !parts.Contains(c) && Words(c).Contains("total"));
    }

    private static string[] Losses(IReadOnlyList<string> columns, string total)
    {
        string[] losses = [.. columns.Where(c => c != total && !c.EndsWith(" (mean)", StringComparison.Ordinal) && Words(c).Any(w => LossWords.Contains(w)) && !Words(c).Any(w => w is "weight" or "sigma" or "lr" or "total"))];
        if (losses.Length > 0) return losses;
        string[] unknown = [.. columns.Where(c => c != total && !c.EndsWith(" (mean)", StringComparison.Ordinal) && !Words(c).Any(w => MetricWords.Contains(w)))];
        if (unknown.Length > 0) return unknown;
        // One output: its loss is printed under the name of a metric, if at all.
        return [.. columns.Where(c => c != total && FittingMetrics.Any(m => c.EndsWith(m, StringComparison.OrdinalIgnoreCase))).Take(1)];
    }

    private static string[] Words(string name) => name.ToLowerInvariant().Split(['_', '/', '.', '-', ' ', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
}
