using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>A number of few whole values that are about equally frequent: they may be names of classes (digits, codes), among which 3 is not between 1 and 5.</summary>
/// <remarks>
/// Fires on 3 to 20 different whole numbers without a gap, with an evenness of at least 0.97. Counts and grades hardly ever are that even. With a declared <c>type: number</c> it is quiet: somebody decided.
/// </remarks>
public sealed class NumbersAsNamesRule : AdviceRule
{
    /// <summary>From this evenness on, values look like names.</summary>
    internal const double Even = 0.97;

    private const int MostClasses = 20;

    /// <inheritdoc/>
    public override string Name => "numbers_as_names";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Hint;

    /// <inheritdoc/>
    public override bool NeedsConfig => false;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("number"))
        {
            var s = output.Statistics;
            bool gapless = s["distinct"] == s["most"] - s["least"] + 1;
            if (s["whole_share"] < 1 || s["distinct"] is < 3 or > MostClasses || !gapless || !(s["evenness"] >= Even) || output.Config?.Says("type") == true) continue;
            // A loss or metrics of numbers would not fit the category.
            bool free = output.Config is { } own && !own.Says("loss") && !own.Says("metrics") && !own.Says("transform") && !own.Says("standardise");
            yield return Found(output, "name", string.Create(CultureInfo.InvariantCulture, $"'{output.Name}' has {s["distinct"]:0} whole values from {s["least"]:0} to {s["most"]:0}, about equally often (evenness {s["evenness"]:0.000})."),
                "If these are names (digits, codes), declare 'type: category': then a wrong class is wrong however near its number is. If they are amounts, declare 'type: number'.",
                free ? [AdviceEdit.Set(output.Config!, "type", "category")] : []);
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="NumbersAsNamesRule"/>.</summary>
    public static readonly Entry<AdviceRule> NumbersAsNames = Add("a number of few whole values that are about equally frequent", new NumbersAsNamesRule());
}
