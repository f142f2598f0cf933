using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Advice;

/// <summary>Inputs with values far from the rest, before an output that is learned as a logarithm: undoing the logarithm makes an absurd number of one wrong cell.</summary>
/// <remarks>
/// Looks at standardised inputs without <c>clip</c>: a column fires if training rows have a value more than 5 standard deviations from its mean, unless it has only two values. Labels of logarithms are undone by exp, so a
/// prediction that is a little too far off becomes one that is a thousand times too large. The change is <c>clip: 5</c>, which moves no other value.
/// </remarks>
public sealed class FarInputsRule : AdviceRule
{
    private const double Far = 5;

    /// <inheritdoc/>
    public override string Name => "far_inputs_before_logarithm";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        if (about.Of("number").FirstOrDefault(IsLogarithm) is not { } output) yield break;
        var far = new List<(InputConfig Input, string Column, double Distance)>();
        foreach (var input in about.Config!.Inputs!.Where(i => i.Encoding is NumberEncoding { Scaling: NumberScaling.Standardise, Clip: null }))
        {
            var (column, distance) = input.Columns.Select(c => (c, Furthest(about.Train[c].Values))).MaxBy(c => c.Item2);
            if (distance > Far) far.Add((input, column, distance));
        }
        if (far.Count == 0) yield break;
        var most = far.MaxBy(f => f.Distance);
        var edits = far.SelectMany(f => f.Input.Says("type") ? [AdviceEdit.Set(f.Input, "clip", "5")] : new[] { AdviceEdit.Set(f.Input, "type", "number"), AdviceEdit.Set(f.Input, "clip", "5") });
        string others = far.Count == 1 ? "" : $"; {far.Count - 1} more {(far.Count == 2 ? "input goes" : "inputs go")} beyond {Far:0}";
        yield return Found(most.Input, "name", string.Create(CultureInfo.InvariantCulture, $"'{output.Name}' is learned as a logarithm, and column '{most.Column}' has a value {most.Distance:0.#} standard deviations from its mean{others}."),
            "Draw such values in ('clip: 5'). Else a wrong cell, in training or later, gives a prediction that undoing the logarithm makes many times too large.", [.. edits]) with { Output = output.Name };
    }

    private static bool IsLogarithm(OutputAdvice output)
        => output.Config?.Encoding is NumberTargetEncoding { Transform: TargetTransform.Log or TargetTransform.Log1p or TargetTransform.Log10 };

    // In standard deviations; 0 for columns of one or two values.
    private static double Furthest(IReadOnlyList<string?> cells)
    {
        double[] values = [.. cells.Select(c => c is not null && Cells.TryNumber(c, out double x) ? x : double.NaN).Where(double.IsFinite)];
        if (values.Distinct().Take(3).Count() < 3) return 0;
        double mean = values.Average(), deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Length);
        return deviation > 0 ? values.Max(v => Math.Abs(v - mean)) / deviation : 0;
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="FarInputsRule"/>.</summary>
    public static readonly Entry<AdviceRule> FarInputs = Add("inputs with values far from the rest, before an output learned as a logarithm", new FarInputsRule());
}
