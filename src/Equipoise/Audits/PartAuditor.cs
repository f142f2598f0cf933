using System.Globalization;
using Equipoise.Audits.Solvers;
using static Equipoise.Audits.AuditFigures;

namespace Equipoise.Audits;

/// <summary>Audits one table of a log: searches for explanations and puts the answer into words.</summary>
internal sealed class PartAuditor(LogTable table, ColumnRoles roles, AuditData data, int[] rows, AuditOptions options)
{
    // An explanation is told as possible from this probability, as certain when it has all but this.
    private const double Possible = 0.01, Doubt = 0.05;
    // Claimed weights are rejected when the log is e^12 (160,000) times likelier without them.
    private const double Rejection = 12;
    private const int MostShown = 7;
    private const double Deviations = 3;

    private readonly double[]? _claimed = options.Weights.Count == 0 ? null : [.. roles.Parts.Select(p => options.Weights.Where(w => Claimed([p], options.Weights, w.Key) == 0).Select(w => w.Value).DefaultIfEmpty(double.NaN).First())];

    /// <summary>Place of the part that a claimed weight is of; −1 if none.</summary>
    public static int Claimed(string[] parts, IReadOnlyDictionary<string, double> weights, string name)
    {
        int exact = Array.FindIndex(parts, p => string.Equals(p, name, StringComparison.OrdinalIgnoreCase));
        if (exact >= 0) return exact;
        // 'a' for a_loss, loss_a, a.loss, loss/a; not if another weight names it in full.
        string[] spellings = [$"{name}_loss", $"loss_{name}", $"{name}.loss", $"loss/{name}", $"losses/{name}", $"{name} loss", $"{name}/loss"];
        return Array.FindIndex(parts, p => !weights.ContainsKey(p) && spellings.Contains(p, StringComparer.OrdinalIgnoreCase));
    }

    public PartAudit Audit()
    {
        var search = new ExplanationSearch(data, _claimed);
        var found = search.Run();
        // Of each set of causes the best candidate stands for all.
        var causes = new List<(IReadOnlyList<string> Causes, Candidate Candidate)>();
        foreach (var candidate in found)
        {
            var named = Causes.Of(candidate, _claimed);
            if (!causes.Any(c => c.Causes.SequenceEqual(named))) causes.Add((named, candidate));
        }
        double best = causes[0].Candidate.Score, sum = causes.Sum(c => Math.Exp(c.Candidate.Score - best));
        var explanations = new List<LossExplanation>();
        foreach (var (named, candidate) in causes)
        {
            double probability = Math.Exp(candidate.Score - best) / sum;
            bool fits = probability >= Possible, first = explanations.Count == 0;
            // Of what does not fit, the plain causes are told, not their combinations.
            if (!fits && named.Count > 1) continue;
            explanations.Add(new LossExplanation(named, Causes.Text(candidate, roles.Parts), fits, probability, Why(search, candidate, fits, first), fits ? Weights(search, candidate) : [])
            {
                Leftover = fits ? Left(search, candidate) : null, Scatter = candidate.Scatter,
            });
        }
        var shown = explanations.Where(e => e.Fits).Concat(explanations.Where(e => !e.Fits).OrderBy(e => e.Causes[0] switch { "sum" => 0, "mean" => 1, "weights" => 2, "regularisation" => 3, "log_variance" => 4, _ => 5 })).Take(MostShown).ToList();
        var winner = causes[0].Candidate;
        var findings = new AuditFindings(data, roles, options);
        var convergence = findings.Convergence(shown[0]);
        return new PartAudit(table.Part, data.Rows, roles.Total, roles.Parts, roles.Others, Answer(shown, winner), shown[0].Probability >= 1 - Doubt, shown)
        {
            Claim = _claimed is null ? null : Claim(search, found),
            Equations = [.. new[] { 0, data.Rows - 1 }.Distinct().Select(t => Equation(search, winner, t))],
            Convergence = convergence,
            Findings = [.. findings.Of(shown[0], winner, convergence)],
            Advice = [.. shown.Where(e => e.Fits).SelectMany(e => e.Causes).Distinct().Select(Causes.Advice).Where(a => a.Length > 0)],
        };
    }

    private string Answer(List<LossExplanation> shown, Candidate winner)
    {
        string text = $"'{roles.Total}' is {shown[0].Text}";
        if (winner.IsExact && winner.Rule == WeightRule.Ones && !winner.Dropped.Any() && winner.Averaging.Kind == AveragingKind.None)
        {
            double widest = Enumerable.Range(0, data.Rows).Max(t => Math.Abs(data.Line(winner.Fixed, t).Gap));
            text += widest < 1e-9 * data.Scale ? ", to the last digit" : $"; differences of up to {Number(widest)} are rounding";
        }
        if (winner.Rule is WeightRule.Free or WeightRule.Common or WeightRule.Claimed or WeightRule.Moving or WeightRule.LogVariance)
            text += $": {string.Join(" + ", shown[0].Weights.Where(w => w.Value > 0).Select(w => $"{Weight(w.Value)} × {w.Part}"))}{(winner.Leftover == Leftover.Slow ? " + the rest" : winner.Rule == WeightRule.LogVariance ? " + log terms" : "")}{(winner.Rule is WeightRule.Moving or WeightRule.LogVariance ? " at the last line" : "")}";
        return shown[0].Probability >= 1 - Doubt ? $"{text}." : $"Several explanations fit. The likeliest: {text}.";
    }

    private string Why(ExplanationSearch search, Candidate candidate, bool fits, bool first)
    {
        if (fits)
        {
            if (candidate.IsExact && candidate.Rule is not WeightRule.Common) return $"all {data.Rows} lines are true within their rounding";
            string rest = candidate.Leftover == Leftover.Scatter || candidate.Scatter > 1e-3 ? $"to {Percent(candidate.Scatter)} of the total" : "to about the rounding";
            return first ? $"the lines agree with it {rest}" : $"possible, {rest}";
        }
        if (candidate.IsExact && (candidate.Rule is WeightRule.Ones or WeightRule.Mean or WeightRule.Claimed || candidate.Against is not null))
        {
            var seen = search.DataOf(candidate);
            double[] weights = [.. candidate.Fixed.Zip(search.LeastSquares(candidate), (w, free) => double.IsNaN(w) ? free : w)];
            if (seen.Start is null && Worst(seen, weights) is { } worst) return $"{(candidate.Rule == WeightRule.Free ? $"with the best weights ({string.Join(", ", weights.Select(Weight))}), " : "")}{worst}";
        }
        if (candidate.Against is { Length: > 0 } against) return against;
        if (candidate.Leftover == Leftover.Slow) return "what would be left over does not move slowly: it jumps with the losses";
        double times = Math.Exp(Math.Min(700, search.BestScore - candidate.Score));
        return times > 1e6 ? "the lines do not agree with it" : string.Create(CultureInfo.InvariantCulture, $"could be, but the log is {times:N0} times likelier under the best, which is simpler or closer");
    }

    // The line that speaks most against fixed weights, in multiples of what rounding allows; null if none does.
    private string? Worst(AuditData seen, double[] weights)
    {
        int worst = Enumerable.Range(0, seen.Rows).MaxBy(t => seen.Line(weights, t) is var (gap, room) ? Math.Abs(gap) / room : 0);
        var (gap, room) = seen.Line(weights, worst);
        if (Math.Abs(gap) <= room) return null;
        return $"{table.Rows[rows[worst]].Place}: it would be {Number(seen.Total[worst] - gap)}, the log says {Number(seen.Total[worst])}; {Number(Math.Abs(gap))} apart, rounding allows {Number(room)}";
    }

    private WeightInterval[] Weights(ExplanationSearch search, Candidate candidate)
    {
        int k = data.Count;
        var intervals = new WeightInterval[k];
        var (thin, posterior) = search.Whole(candidate);
        int[] kept = [.. Enumerable.Range(0, k).Where(i => candidate.Fixed[i] != 0)];
        // Weights that were not fitted still have an interval: all that the same form would allow if they were.
        bool polytope = candidate.IsExact && candidate.Rule != WeightRule.Common;
        var region = polytope ? new RoundingPolytope(search.DataOf(candidate).Selected(kept)) : null;
        var free = !polytope && kept.Any(i => !double.IsNaN(candidate.Fixed[i])) && candidate.Rule is not (WeightRule.Common or WeightRule.LogVariance)
            ? search.Whole(candidate with { Rule = WeightRule.Free, Fixed = [.. candidate.Fixed.Select(w => w == 0 ? 0 : double.NaN)] }).Posterior : posterior;
        double[] squares = search.LeastSquares(candidate);
        for (int i = 0; i < k; i++)
        {
            int place = Array.IndexOf(kept, i);
            double given = candidate.Fixed[i];
            if (place < 0)
            {
                intervals[i] = new WeightInterval(roles.Parts[i], 0, 0, 0, 0);
                continue;
            }
            if (region?.Interval(place) is { } interval)
            {
                double value = double.IsNaN(given) ? Math.Clamp(squares[i], interval.Least, interval.Greatest) : given;
                intervals[i] = new WeightInterval(roles.Parts[i], value, Math.Min(interval.Least, value), Math.Max(interval.Greatest, value), value);
                continue;
            }
            bool moves = candidate.Rule is WeightRule.Moving or WeightRule.LogVariance;
            double mean = Math.Max(0, free.Weights[i][^1]), spread = Deviations * free.WeightSpreads[i][^1];
            double shown = double.IsNaN(given) || moves ? Math.Max(0, posterior.Weights[i][^1]) : given;
            intervals[i] = new WeightInterval(roles.Parts[i], shown, Math.Min(shown, Math.Max(0, mean - spread)), Math.Max(shown, mean + spread), moves ? Math.Max(0, posterior.Weights[i][0]) : shown);
        }
        return intervals;
    }

    private LeftoverFigures? Left(ExplanationSearch search, Candidate candidate)
    {
        if (candidate.Leftover != Leftover.Slow && candidate.Rule != WeightRule.LogVariance) return null;
        var (thin, posterior) = search.Whole(candidate);
        double Share(int t) => thin.Total[t] > 0 ? posterior.Rest[t] / thin.Total[t] : double.NaN;
        int last = thin.Rows - 1;
        return new LeftoverFigures(posterior.Rest[0], posterior.Rest[last], Share(0), Share(last), posterior.RestSpreads[last]);
    }

    private ClaimVerdict Claim(ExplanationSearch search, IReadOnlyList<Candidate> found)
    {
        double with = found.Where(c => c.Rule == WeightRule.Claimed).Max(c => c.Score), without = found.Where(c => c.Rule != WeightRule.Claimed).Max(c => c.Score);
        var best = found[0];
        string claim = string.Join(", ", roles.Parts.Zip(_claimed!, (p, w) => double.IsNaN(w) ? "" : $"{p} {Weight(w)}").Where(t => t.Length > 0));
        if (best.Rule == WeightRule.Claimed) return new ClaimVerdict("confirmed", $"The claimed weights ({claim}) are those of the best explanation.");
        if (with > without - Rejection) return new ClaimVerdict("possible", $"The log does not contradict the claimed weights ({claim}), but it is likelier without them.");
        if (Causes.Of(best, _claimed).Contains("already_weighted"))
            return new ClaimVerdict("applied_before_printing", $"The printed parts add up to the total as they are: the weights ({claim}), if there are any, were applied before printing, or are not applied at all.");
        double[] weights = [.. _claimed!.Select(w => double.IsNaN(w) ? 1 : w)];
        string line = Worst(data, weights) is { } worst ? $" {char.ToUpperInvariant(worst[0])}{worst[1..]}." : "";
        var outside = best.Rule is WeightRule.Free or WeightRule.Common ? Weights(search, best).Zip(_claimed!, (w, c) => (w, c)).Where(p => !double.IsNaN(p.c) && (p.c < p.w.Least || p.c > p.w.Greatest)).Select(p => $"{p.w.Part} has {Range(p.w)}").ToArray() : [];
        return new ClaimVerdict("rejected", $"The log contradicts the claimed weights ({claim}).{line}{(outside.Length > 0 ? $" By the best explanation {string.Join(", ", outside)}." : "")}");
    }

    private string Equation(ExplanationSearch search, Candidate candidate, int t)
    {
        var seen = search.DataOf(candidate);
        var (thin, posterior) = search.Whole(candidate);
        int at = t == 0 ? 0 : thin.Rows - 1;
        double[] weights = [.. posterior.Weights.Select((w, i) => double.IsNaN(candidate.Fixed[i]) && candidate.IsExact && candidate.Rule == WeightRule.Free ? search.LeastSquares(candidate)[i] : w[at])];
        double rest = seen.Total[t];
        for (int i = 0; i < weights.Length; i++) rest -= weights[i] * seen.Parts[i][t];
        string terms = string.Join(" + ", Enumerable.Range(0, weights.Length).Where(i => candidate.Fixed[i] != 0).Select(i => $"{Weight(weights[i])} × {Number(seen.Parts[i][t])} ({roles.Parts[i]})"));
        double room = seen.Line(weights, t).Room;
        string left = Math.Abs(rest) <= room ? "" : $" {(rest < 0 ? "−" : "+")} {Number(Math.Abs(rest))} ({(candidate.Rule == WeightRule.LogVariance ? "log terms" : candidate.Leftover == Leftover.Slow ? "not printed" : "difference")})";
        string means = candidate.Averaging.Kind == AveragingKind.None ? "" : candidate.Averaging.Kind is AveragingKind.RunningTotal or AveragingKind.MovingTotal ? "; parts averaged as the total is" : "; total averaged as the parts are";
        return $"{table.Rows[rows[t]].Place}: {Number(seen.Total[t])} = {terms}{left}{means}";
    }
}
