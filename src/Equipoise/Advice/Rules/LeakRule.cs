using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Data;

namespace Equipoise.Advice;

/// <summary>An input that gives the answer of an output away: the same figure under another name, or one that came after it.</summary>
/// <remarks>
/// For a number: a column of numbers that is equal in at least 99 % of the rows, or whose rank correlation is at least 0.9995. For a yes or no: a number that parts the two without an error (area under the curve at least
/// 0.9999 in one direction or the other). For classes: a category in which each value goes with one class in at least 99.9 % of the rows. At most 5,000 rows are looked at; at least 50 must have both. Whether the figure will be there when predicting only a
/// person knows, so nothing is changed.
/// </remarks>
public sealed class LeakRule : AdviceRule
{
    private const int MostRows = 5000;
    private const int FewestRows = 50;

    /// <inheritdoc/>
    public override string Name => "leaking_input";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Warning;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        if (about.Config is not { } config) yield break;
        int step = Math.Max(1, about.Train.Rows / MostRows);
        foreach (var output in about.Of("number", "binary", "category", "ordered_category"))
        {
            foreach (var input in config.Inputs!.Where(i => i.Type is "number" or "category" or "binary" or "ordered_category"))
            {
                foreach (string column in input.Columns)
                {
                    if (Seen(about.Train[column].Values, about.Train[output.Column].Values, output, input.Type!, step) is not { } evidence) continue;
                    yield return Found(input, input.Says("columns") ? "columns" : "name", $"Column '{column}' gives '{output.Name}' away: {evidence}.",
                        $"If it is not known when predicting, remove it from the inputs: as it stands, '{output.Name}' will look perfect, and the network learns to copy.") with { Output = output.Name };
                }
            }
        }
    }

    private static string? Seen(IReadOnlyList<string?> inputs, IReadOnlyList<string?> labels, OutputAdvice output, string type, int step)
    {
        var pairs = new List<(string Input, string Label)>();
        for (int row = 0; row < inputs.Count; row += step)
        {
            if (inputs[row] is { } input && labels[row] is { } label) pairs.Add((input, label));
        }
        if (pairs.Count < FewestRows || pairs.Select(p => p.Label).Distinct().Count() < 2) return null;
        if (type == "number")
        {
            var numbers = pairs.Select(p => (X: Cells.TryNumber(p.Input, out double x) ? x : double.NaN, p.Label)).Where(p => !double.IsNaN(p.X)).ToArray();
            if (numbers.Length < FewestRows) return null;
            if (output.Type == "number")
            {
                double[] x = [.. numbers.Select(p => p.X)], y = [.. numbers.Select(p => Cells.TryNumber(p.Label, out double v) ? v : 0)];
                double equal = x.Zip(y).Count(p => p.First == p.Second) / (double)x.Length;
                if (equal >= 0.99) return string.Create(CultureInfo.InvariantCulture, $"the two are equal in {100 * equal:0.##} % of the rows");
                double ranks = Correlation(Ranks(x), Ranks(y));
                return Math.Abs(ranks) >= 0.9995 ? string.Create(CultureInfo.InvariantCulture, $"their rank correlation is {ranks:0.00000}") : null;
            }
            if (output.Type != "binary") return null;
            string one = output.Encoder!.Labels[1];
            double[] order = Ranks([.. numbers.Select(p => p.X)]);
            int ones = numbers.Count(p => p.Label == one), zeros = numbers.Length - ones;
            if (ones < 10 || zeros < 10) return null;
            double area = (numbers.Zip(order).Where(p => p.First.Label == one).Sum(p => p.Second) - (ones * (ones + 1) / 2.0)) / ((double)ones * zeros);
            return Math.Max(area, 1 - area) >= 0.9999 ? string.Create(CultureInfo.InvariantCulture, $"one threshold parts '{one}' from the rest (area under the curve {Math.Max(area, 1 - area):0.0000})") : null;
        }
        if (output.Type == "number") return null;
        var groups = pairs.GroupBy(p => p.Input).ToArray();
        if (groups.Length < 2 || groups.Length > pairs.Count / 5) return null;
        int agreeing = groups.Sum(g => g.GroupBy(p => p.Label).Max(l => l.Count()));
        int largest = pairs.GroupBy(p => p.Label).Max(g => g.Count());
        return agreeing >= 0.999 * pairs.Count && pairs.Count - largest >= 10 ? string.Create(CultureInfo.InvariantCulture, $"each of its {groups.Length} values goes with one class, in {100.0 * agreeing / pairs.Count:0.##} % of the rows") : null;
    }

    // From 1; equal values share the mean of their ranks.
    private static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        var ranks = new double[values.Length];
        for (int from = 0, to; from < order.Length; from = to)
        {
            to = from + 1;
            while (to < order.Length && values[order[to]] == values[order[from]]) to++;
            for (int i = from; i < to; i++) ranks[order[i]] = (from + to + 1) / 2.0;
        }
        return ranks;
    }

    private static double Correlation(double[] x, double[] y)
    {
        double meanX = x.Average(), meanY = y.Average(), xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double a = x[i] - meanX, b = y[i] - meanY;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }
        return xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : 0;
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="LeakRule"/>.</summary>
    public static readonly Entry<AdviceRule> LeakingInput = Add("an input that gives the answer of an output away", new LeakRule());
}
