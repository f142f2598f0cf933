using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>An output that is more than nine tenths of the total at the beginning of training: the others hardly move what they share.</summary>
/// <remarks>
/// Contribution = weight × the loss of a guess that knows only the frequencies of the labels. The change is the weight with which it contributes as much as the median of the others. Quiet if a balancer sets the weights,
/// where the others are further from 1 than it is (then they are starved), and where <c>unequal_units</c> knows a better way.
/// </remarks>
public sealed class DominantOutputRule : AdviceRule
{
    private const double TooMuch = 0.9;

    /// <inheritdoc/>
    public override string Name => "dominant_output";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        var parts = WeightShares.Of(about);
        foreach (var (output, contribution, share) in parts)
        {
            if (!IsDominant(parts, output, share) || UnequalUnitsRule.IsInUnits(parts, output)) continue;
            string weight = WeightShares.WeightFor(output, WeightShares.MedianOfOthers(parts, output));
            yield return Found(output, "weight", string.Create(CultureInfo.InvariantCulture, $"At the beginning '{output.Name}' is {100 * share:0.#} % of the total: weight {output.Weight:G4} × {output.GuessLoss:G3}, what a guess by frequency costs, = {contribution:G3}; the median of the others is {WeightShares.MedianOfOthers(parts, output):G3}."),
                $"With weight {weight} it begins like the others. If it is meant to come first, leave it, or let a balancer say so.", AdviceEdit.Set(output.Config!, "weight", weight));
        }
    }

    /// <summary>Whether an output is too much of the total, and it is its own contribution that is out of the way rather than those of the others.</summary>
    internal static bool IsDominant(IReadOnlyList<(OutputAdvice Output, double Contribution, double Share)> parts, OutputAdvice output, double share)
        => share > TooMuch && Math.Abs(Math.Log(AdviceCase.Contribution(output))) >= Math.Abs(Math.Log(WeightShares.MedianOfOthers(parts, output)));
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="DominantOutputRule"/>.</summary>
    public static readonly Entry<AdviceRule> DominantOutput = Add("an output that is more than nine tenths of the total", new DominantOutputRule());
}
