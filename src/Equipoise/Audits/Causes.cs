namespace Equipoise.Audits;

/// <summary>Names of causes, and how they are told.</summary>
internal static class Causes
{
    /// <summary>Scatter beyond this share of the total is no matter of averaging any more.</summary>
    public const double MostScatter = 0.25;

    /// <summary>The causes that a candidate names.</summary>
    public static IReadOnlyList<string> Of(Candidate candidate, double[]? claimed)
    {
        var causes = new List<string>();
        bool weightsClaimed = claimed is not null && claimed.Any(w => !double.IsNaN(w) && w != 1);
        switch (candidate.Rule)
        {
            case WeightRule.Mean: causes.Add("mean"); break;
            case WeightRule.Claimed when weightsClaimed: causes.Add("weights"); break;
            case WeightRule.Common or WeightRule.Free: causes.Add("weights"); break;
            case WeightRule.Moving: causes.Add("moving_weights"); break;
            case WeightRule.LogVariance: causes.Add("log_variance"); break;
            case WeightRule.Ones when weightsClaimed && candidate.IsExact && candidate.Averaging.Kind == AveragingKind.None && !candidate.Dropped.Any(): causes.Add("already_weighted"); break;
            default: break;
        }
        if (candidate.Dropped.Any()) causes.Add("not_in_total");
        if (candidate.Leftover == Leftover.Slow) causes.Add("regularisation");
        if (candidate.Leftover == Leftover.Scatter) causes.Add(candidate.Scatter > MostScatter ? "unexplained" : "uneven_means");
        switch (candidate.Averaging.Kind)
        {
            case AveragingKind.RunningTotal: causes.Add("running_total"); break;
            case AveragingKind.RunningParts: causes.Add("running_parts"); break;
            case AveragingKind.MovingTotal: causes.Add("moving_total"); break;
            case AveragingKind.MovingParts: causes.Add("moving_parts"); break;
            default: break;
        }
        return causes.Count == 0 ? ["sum"] : causes;
    }

    /// <summary>A candidate in words, to follow "the total is".</summary>
    public static string Text(Candidate candidate, IReadOnlyList<string> names)
    {
        int[] kept = [.. Enumerable.Range(0, names.Count).Where(i => candidate.Fixed[i] != 0)];
        string parts = kept.Length == names.Count ? names.Count == 1 ? names[0] : "the parts" : string.Join(" and ", kept.Select(i => names[i]));
        string text = candidate.Rule switch
        {
            WeightRule.Ones => kept.Length == 1 ? $"{parts} itself" : $"the sum of {parts}",
            WeightRule.Mean => $"the mean of {parts}",
            WeightRule.Claimed => "the sum with the claimed weights",
            WeightRule.Common => $"the sum of {parts} times one factor",
            WeightRule.Free => $"{parts} with fixed weights",
            WeightRule.Moving => "the parts with weights that move",
            _ => "the parts with learned weights and their log terms (uncertainty weighting)",
        };
        if (kept.Length < names.Count) text += $", without {string.Join(" and ", candidate.Dropped.Select(i => names[i]))}";
        if (candidate.Leftover == Leftover.Slow) text += ", plus a slow positive term that is not printed (regularisation)";
        if (candidate.Leftover == Leftover.Scatter) text += candidate.Scatter > MostScatter ? ", with large differences of both signs that nothing here explains" : ", averaged in another way (by batches or by rows, short last batch)";
        return text + candidate.Averaging.Kind switch
        {
            AveragingKind.RunningTotal => "; the total is the mean since the epoch began, the parts are of the moment",
            AveragingKind.RunningParts => "; the parts are means since the epoch began, the total is of the moment",
            AveragingKind.MovingTotal => FormattableString.Invariant($"; the total is a moving average ({candidate.Averaging.Decay} of the old value), the parts are of the moment"),
            AveragingKind.MovingParts => FormattableString.Invariant($"; the parts are moving averages ({candidate.Averaging.Decay} of the old value), the total is of the moment"),
            _ => "",
        };
    }

    /// <summary>What to print or do next time, to be certain of a cause.</summary>
    public static string Advice(string cause) => cause switch
    {
        "weights" => "Print each part after its weight too, and the weights once: then the total is a sum that anyone can check.",
        "mean" => "Print how the total is made ('total = mean of 3 parts'): the learning rate that suits a sum is k times too small for a mean.",
        "already_weighted" => "Print the raw parts as well: after weighting, a small part may be a small loss or a small weight.",
        "regularisation" => "Print the penalty as a part of its own (Keras: sum(model.losses); PyTorch: the λ·Σθ² that is added), and say whether validation has it too.",
        "log_variance" => "Print s = ln σ² of each output and the sum of the log terms: a total below 0 is normal then, and only the data terms tell of progress.",
        "moving_weights" => "Print the weights of every line: with weights that move, totals of different lines cannot be compared.",
        "uneven_means" => "Divide total and parts by the same number: sum over rows, then divide by all rows; or drop the short last batch.",
        "running_total" or "running_parts" or "moving_total" or "moving_parts" => "Print total and parts over the same lines: all of the moment, or all as means.",
        "not_in_total" => "Say which figures are losses and which are metrics: a metric is not trained on.",
        "unexplained" => "Print every term that is added to the total, at the same step and with six digits.",
        _ => "",
    };
}
