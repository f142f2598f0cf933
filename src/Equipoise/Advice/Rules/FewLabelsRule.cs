using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Classes or labels with fewer than ten training rows: hardly learnable, and no metric can say whether they were.</summary>
/// <remarks>Of a set, <c>minimum: 10</c> leaves such labels out. Of a category a person has to decide what they are merged with.</remarks>
public sealed class FewLabelsRule : AdviceRule
{
    private const int Fewest = 10;

    /// <inheritdoc/>
    public override string Name => "few_rows_of_a_label";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Hint;

    /// <inheritdoc/>
    public override bool NeedsConfig => false;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("category", "ordered_category", "binary", "set"))
        {
            var few = output.Statistics.Labels.Where(l => l.Rows < Fewest).Reverse().ToArray();
            if (few.Length == 0) continue;
            string some = string.Join(", ", few.Take(5).Select(l => string.Create(CultureInfo.InvariantCulture, $"'{l.Label}' ({l.Rows})")));
            string evidence = $"{few.Length} of {output.Statistics.Labels.Count} {(output.Type == "set" ? "labels" : "classes")} of '{output.Name}' have fewer than {Fewest} training rows: {some}{(few.Length > 5 ? ", ..." : "")}.";
            if (output.Type == "set")
            {
                bool some10 = output.Statistics.Labels.Any(l => l.Rows >= Fewest) && output.Config?.Says("labels") != true;
                yield return Found(output, "name", evidence, "Leave them out with 'minimum', or bring more rows.", output.Config is null || !some10 ? [] : [AdviceEdit.Set(output.Config, "minimum", "10")]);
            }
            else yield return Found(output, "name", evidence, output.Type == "binary" ? "Bring more such rows, or do without this output: nothing about them can be learned or measured." : "Merge them into an 'other' class, or bring more rows.");
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="FewLabelsRule"/>.</summary>
    public static readonly Entry<AdviceRule> FewLabels = Add("classes or labels with fewer than ten training rows", new FewLabelsRule());
}
