using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Three or more yes-or-no outputs of which exactly one is yes in every row: one class, spread over columns.</summary>
public sealed class OneHotColumnsRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "one_hot_columns";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    /// <inheritdoc/>
    public override bool NeedsConfig => false;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var group in OneHotColumns.Find(about.Train, [.. about.Of("binary").Select(o => o.Column)]))
        {
            string columns = string.Join(", ", group.Select(c => $"'{c}'"));
            var first = about.Outputs.First(o => o.Column == group[0]);
            yield return Found(first.Config, "name", $"In every one of {DataAdvice.Count(about.Train.Rows)} training rows exactly one of {columns} is 1.",
                $"They are one class of {group.Count}, written one-hot. Put its name into one column and predict that as a category (sparse_categorical_crossentropy): {group.Count} separate yes-or-no losses do not know that one excludes the others.");
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="OneHotColumnsRule"/>.</summary>
    public static readonly Entry<AdviceRule> OneHotColumns = Add("yes-or-no outputs of which exactly one is yes in every row", new OneHotColumnsRule());
}
