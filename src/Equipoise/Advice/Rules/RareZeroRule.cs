using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>A yes or no whose rare value is the 0: average precision, precision, recall and F1 then speak of the frequent value, and look perfect.</summary>
public sealed class RareZeroRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "rare_value_is_zero";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Hint;

    /// <inheritdoc/>
    public override bool NeedsConfig => false;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("binary").Where(o => ClassRanking.IsImbalanced(o.Statistics) && o.Config?.Says("one") != true))
        {
            var (frequent, rows) = output.Statistics.Labels[0];
            if (output.Encoder!.Labels[1] != frequent || output.Statistics.Labels.Count != 2) continue;
            string rare = output.Statistics.Labels[1].Label;
            yield return Found(output, "name", string.Create(CultureInfo.InvariantCulture, $"'{frequent}' is the 1 of '{output.Name}' and {100.0 * rows / output.Statistics.Labels.Sum(l => l.Rows):0.##} % of its labels: that is also what average_precision and precision are worth before anything is learned."),
                $"Let the rare value be what is looked for: 'one: \"{rare}\"'. Predictions are then the probability of '{rare}'.", output.Config is null ? [] : [AdviceEdit.Set(output.Config, "one", SettingNode.Of(rare, quoted: true))]);
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="RareZeroRule"/>.</summary>
    public static readonly Entry<AdviceRule> RareZero = Add("a yes or no whose rare value is the 0", new RareZeroRule());
}
