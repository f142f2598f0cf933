using Equipoise.Catalogs;
using Equipoise.Data;

namespace Equipoise.Advice;

/// <summary>A category whose cells hold several labels each, so that every combination became a class of its own.</summary>
public sealed class LabelsAsClassesRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "labels_as_classes";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Error;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("category").Where(o => o.Config is not null))
        {
            var kind = KindInference.Infer(about.Train, output.Column);
            if (kind.Kind != ColumnKind.Set) continue;
            SettingEntry[] settings = kind.Separator == " " ? [] : [new SettingEntry("separator", SettingNode.Of(kind.Separator, quoted: true))];
            yield return Found(output, "type", $"'{output.Name}' is a category, whose softmax picks one class a row, but its cells hold several labels: {kind.Reason}.",
                "Declare 'type: set': then each label is predicted by itself (binary_crossentropy), also in combinations that training never had.", OutputEdits.ChangeType(output.Config!, "set", settings));
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="LabelsAsClassesRule"/>.</summary>
    public static readonly Entry<AdviceRule> LabelsAsClasses = Add("a category whose cells hold several labels each", new LabelsAsClassesRule());
}
