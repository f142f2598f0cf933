using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>An output that is less than a hundredth of the total at the beginning of training: it is learned with what the others leave.</summary>
/// <remarks>
/// Contribution = weight × the loss of a guess that knows only the frequencies of the labels. With more than ten outputs the bound is a tenth of an equal share. Weight 0 says that it should not train, and is left.
/// The change is the weight with which it contributes as much as the median of the others. Quiet while another output dominates, which is to be mended first.
/// </remarks>
public sealed class StarvedOutputRule : AdviceRule
{
    private const double TooLittle = 0.01;

    /// <inheritdoc/>
    public override string Name => "starved_output";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        var parts = WeightShares.Of(about);
        if (parts.Any(p => DominantOutputRule.IsDominant(parts, p.Output, p.Share))) yield break;
        foreach (var (output, contribution, share) in parts)
        {
            if (share >= Math.Min(TooLittle, 0.1 / parts.Count)) continue;
            string weight = WeightShares.WeightFor(output, WeightShares.MedianOfOthers(parts, output));
            yield return Found(output, "weight", string.Create(CultureInfo.InvariantCulture, $"At the beginning '{output.Name}' is {100 * share:G2} % of the total: weight {output.Weight:G4} × {output.GuessLoss:G3}, what a guess by frequency costs, = {contribution:G3}; the median of the others is {WeightShares.MedianOfOthers(parts, output):G3}."),
                $"With weight {weight} it begins like the others. With weight 0 it would be shown without training anything.", AdviceEdit.Set(output.Config!, "weight", weight));
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="StarvedOutputRule"/>.</summary>
    public static readonly Entry<AdviceRule> StarvedOutput = Add("an output that is less than a hundredth of the total", new StarvedOutputRule());
}
