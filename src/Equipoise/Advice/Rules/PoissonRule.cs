using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Losses;

namespace Equipoise.Advice;

/// <summary>Poisson's loss on counts that scatter far more, or far less, than Poisson counts.</summary>
/// <remarks>Fires if variance ÷ mean is above 3 or below 0.4. Labels differ more than what is left when inputs are known, so the bounds are wide.</remarks>
public sealed class PoissonRule : AdviceRule
{
    private const double Most = 3;
    private const double Least = 0.4;

    /// <inheritdoc/>
    public override string Name => "poisson_on_other_counts";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Hint;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("number").Where(o => o.Config?.Loss is Poisson))
        {
            var s = output.Statistics;
            double dispersion = s["dispersion"];
            if (dispersion is >= Least and <= Most || double.IsNaN(dispersion)) continue;
            bool over = dispersion > Most;
            string? logarithm = OutputEdits.Logarithm(about, output.Column);
            bool plain = !output.Config!.Says("transform") && !output.Config.Says("standardise") && !output.Config.Says("activation");
            AdviceEdit[] edits = !plain ? [] : over
                ? logarithm is null ? [] : [AdviceEdit.Set(output.Config, "loss", "mean_squared_error"), AdviceEdit.Set(output.Config, "transform", "log1p"), AdviceEdit.Set(output.Config, "standardise", "true")]
                : [AdviceEdit.Set(output.Config, "loss", "mean_squared_error")];
            yield return Found(output, "loss", string.Create(CultureInfo.InvariantCulture, $"The counts of '{output.Name}' have variance ÷ mean = {dispersion:G3} (mean {s["mean"]:G3}, deviation {s["deviation"]:G3}), where Poisson counts have 1."),
                over ? "Large counts pull more than they should. Learn ln(1 + x) with squared errors, or use tweedie." : "Squared errors of the standardised count fit better.", edits);
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="PoissonRule"/>.</summary>
    public static readonly Entry<AdviceRule> PoissonOnOtherCounts = Add("Poisson's loss on counts that scatter otherwise", new PoissonRule());
}
