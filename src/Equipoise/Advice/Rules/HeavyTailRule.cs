using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Data;
using Equipoise.Losses;

namespace Equipoise.Advice;

/// <summary>Squared errors of amounts with a heavy tail, of many zeros, or of over-dispersed counts: a few large labels make most of the loss.</summary>
/// <remarks>Quiet where the output is judged by squared errors in its unit (<c>rmse</c> or <c>r2</c> first, or kept by). The change is a logarithm before the loss, which predictions and metrics in the unit of the data undo.</remarks>
public sealed class HeavyTailRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "squared_error_on_heavy_tail";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("number").Where(o => !about.IsJudgedBySquares(o) && o.Config?.Loss is MeanSquaredError && o.Config.Encoding is NumberTargetEncoding { Transform: TargetTransform.None or TargetTransform.Standardise }))
        {
            var s = output.Statistics;
            var form = NumberRanking.FormOf(s);
            if (form is not (NumberForm.HeavyTail or NumberForm.ZeroInflated or NumberForm.OverDispersedCount)) continue;
            string? logarithm = OutputEdits.Logarithm(about, output.Column);
            string evidence = string.Create(CultureInfo.InvariantCulture, $"Half of the labels of '{output.Name}' are at most {s["median"]:G4}, the largest is {s["most"]:G6}: with squared errors the {100 * Share(about, output):0.#} % furthest from the mean make half of what a guess costs ({NumberRanking.DeciderOf(form, s)}).");
            yield return Found(output, "loss", evidence, $"Learn the logarithm ('transform: {logarithm ?? "log1p"}'), or use {output.Losses[1].Text}; judge by {output.Metrics[0].Name}.",
                logarithm is null ? [] : [AdviceEdit.Set(output.Config!, "transform", logarithm), AdviceEdit.Set(output.Config!, "standardise", "true")]);
        }
    }

    // The least share of rows whose squared distances from the mean are half of the sum.
    private static double Share(AdviceCase about, OutputAdvice output)
    {
        double mean = output.Statistics["mean"];
        double[] squares = [.. about.Train[output.Column].Values.Where(v => v is not null).Select(v => Cells.TryNumber(v!, out double x) ? (x - mean) * (x - mean) : 0)];
        Array.Sort(squares);
        double half = squares.Sum() / 2, sum = 0;
        int rows = 0;
        while (rows < squares.Length && sum < half) sum += squares[^++rows];
        return (double)rows / Math.Max(1, squares.Length);
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="HeavyTailRule"/>.</summary>
    public static readonly Entry<AdviceRule> HeavyTail = Add("squared errors of amounts with a heavy tail", new HeavyTailRule());
}
