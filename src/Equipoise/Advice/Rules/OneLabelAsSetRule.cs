using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>A set of which every row has exactly one label: classes that exclude one another.</summary>
public sealed class OneLabelAsSetRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "one_label_as_set";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("set").Where(o => o.Config is not null && o.Statistics["one_share"] >= SetRanking.OneLabel && o.Statistics["several_share"] == 0 && o.Statistics["labels"] > 1))
        {
            yield return Found(output, "type", string.Create(CultureInfo.InvariantCulture, $"'{output.Name}' is a set, but {100 * output.Statistics["one_share"]:0.##} % of the rows have exactly one of its {output.Statistics["labels"]:0} labels, and none has two."),
                "Declare 'type: category': a softmax knows that one label excludes the others, and always picks one.", OutputEdits.ChangeType(output.Config!, "category"));
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="OneLabelAsSetRule"/>.</summary>
    public static readonly Entry<AdviceRule> OneLabelAsSet = Add("a set of which every row has exactly one label", new OneLabelAsSetRule());
}
