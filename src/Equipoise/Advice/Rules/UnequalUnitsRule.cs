using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Data;
using Equipoise.Losses;

namespace Equipoise.Advice;

/// <summary>A number in its own unit whose loss is a hundred times that of the other outputs, because the unit is small.</summary>
/// <remarks>
/// Fires on <c>transform: none</c> with a loss of the error alone, if both the loss of a guess and its contribution are at least 100 times the median of the others. The change is <c>transform: standardise</c>,
/// and a delta of Huber's loss divided by the standard deviation.
/// </remarks>
public sealed class UnequalUnitsRule : AdviceRule
{
    private const double TimesLarger = 100;

    /// <inheritdoc/>
    public override string Name => "unequal_units";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal static bool IsInUnits(IReadOnlyList<(OutputAdvice Output, double Contribution, double Share)> parts, OutputAdvice output)
    {
        if (output.Config is not { Encoding: NumberTargetEncoding { Transform: TargetTransform.None }, Loss: MeanSquaredError or MeanAbsoluteError or Huber or Quantile }) return false;
        double[] others = [.. parts.Where(p => p.Output != output).Select(p => p.Output.GuessLoss!.Value).Order()];
        return others.Length > 0 && output.GuessLoss >= TimesLarger * NumberStatistics.Quantile(others, 0.5) && AdviceCase.Contribution(output) >= TimesLarger * WeightShares.MedianOfOthers(parts, output);
    }

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        var parts = WeightShares.Of(about);
        foreach (var (output, _, share) in parts.Where(p => IsInUnits(parts, p.Output)))
        {
            double deviation = output.Statistics["deviation"];
            var edits = new List<AdviceEdit> { AdviceEdit.Set(output.Config!, "transform", "standardise") };
            if (output.Config!.Loss is Huber huber && output.Config.Says("loss"))
                edits.Add(AdviceEdit.Set(output.Config, "loss", SettingNode.Map([new SettingEntry("huber", SettingNode.Of((huber.Delta / deviation).ToString("0.####", CultureInfo.InvariantCulture) is var delta && delta != "0" ? double.Parse(delta, CultureInfo.InvariantCulture) : 0.0001))])));
            yield return Found(output, output.Config.Says("transform") ? "transform" : "loss", string.Create(CultureInfo.InvariantCulture, $"'{output.Name}' is learned in its own unit (deviation {deviation:G4}), so that a guess costs {output.GuessLoss:G4}: {100 * share:0.##} % of the total, and {AdviceCase.Contribution(output) / WeightShares.MedianOfOthers(parts, output):N0} times the median of the others."),
                "Standardise it: predictions and metrics keep the unit, and its loss gets the size of the others.", [.. edits]);
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="UnequalUnitsRule"/>.</summary>
    public static readonly Entry<AdviceRule> UnequalUnits = Add("a number in its own unit whose loss is a hundred times that of the others", new UnequalUnitsRule());
}
