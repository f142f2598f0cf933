using Equipoise.Audits.Solvers;

namespace Equipoise.Audits;

/// <summary>Goes through the ways in which a total can come from parts, and weighs them by their evidence.</summary>
/// <remarks>
/// The score of a candidate is ln p(log | candidate) + its prior. The evidence pays for every number that is fitted as much as the log narrows it down, so the simplest that fits wins without further rules.
/// A candidate that leaves room for nothing but rounding is dropped as soon as one line cannot be true under it, by interval arithmetic or linear programming. If one without any fitted number is
/// true in every line, nothing more complicated is tried.
/// </remarks>
internal sealed class ExplanationSearch
{
    private const int MostRows = 80, MostRowsLearned = 48;
    // How far behind the best a family may be at its starting points and still be worth refining.
    private const double WorthRefining = 40;
    private static readonly double[] Scatters = [5e-4, 5e-3, 0.05];
    private static readonly (double Drift, double Scatter)[] SlowStarts = [(0, 1e-3), (1e-4, 0), (1e-3, 1e-3), (0.03, 0)];
    private static readonly double[] WeightDrifts = [1e-2, 0.1];
    private static readonly (double Drift, double Pull)[] LogStarts = [(1e-2, 0.02), (0.2, 0.02), (0.1, 0.2)];
    private static readonly (double A, double B)[] Forms = [(0.5, 0.5), (1, 0.5), (1, 1)];

    private readonly AuditData _data;
    private readonly double[]? _claimed;
    private readonly bool[] _named;
    private readonly Dictionary<Averaging, (AuditData Data, AuditData Thin, double[] Pilot)> _averaged = [];

    /// <summary>A search. <paramref name="claimed"/>: weights that someone claims [k], NaN for parts that are not named; null without a claim.</summary>
    public ExplanationSearch(AuditData data, double[]? claimed)
    {
        _data = data;
        _claimed = claimed;
        _named = claimed is null ? [] : [.. claimed.Select(w => !double.IsNaN(w))];
    }

    /// <summary>All that were tried, the best first; those that are impossible at the end.</summary>
    public IReadOnlyList<Candidate> Run()
    {
        var found = new List<Candidate>();
        foreach (var candidate in Exact(default)) found.Add(candidate);
        if (found.All(c => c.Against is not null)) found.AddRange(Exact(new Averaging(AveragingKind.RunningTotal)).Concat(Exact(new Averaging(AveragingKind.RunningParts))));
        bool settled = found.Any(c => c.Against is null);
        Candidate free = new(default, WeightRule.Free, Leftover.None) { Fixed = Free(), Prior = -1 };
        found.Add(Scored(free));
        if (!settled) Search(found);
        return Checked(found);
    }

    /// <summary>Score of the best, after <see cref="Run"/>.</summary>
    public double BestScore { get; private set; }

    /// <summary>The data as a candidate sees them.</summary>
    public AuditData DataOf(Candidate candidate) => Averaged(candidate.Averaging).Data;

    /// <summary>The posterior of a candidate at every line, of at most so many lines, evenly spread, as the evidence was found.</summary>
    public (AuditData Data, Posterior Posterior) Whole(Candidate candidate)
    {
        var (_, thin, pilot) = Averaged(candidate.Averaging);
        if (candidate.Rule == WeightRule.LogVariance) thin = thin.Thinned(MostRowsLearned);
        return (thin, CandidateFit.Fit(thin, candidate, pilot, whole: true));
    }

    /// <summary>Non-negative least squares weights [k], each line counted by its rounding.</summary>
    public double[] LeastSquares(Candidate candidate) => Averaged(candidate.Averaging).Pilot;

    private void Search(List<Candidate> found)
    {
        var families = new List<Candidate>();
        foreach (var (rule, weights, prior) in Rules())
        {
            int dropped = weights.Count(w => w == 0);
            if (dropped > 1 || (dropped > 0 && rule == WeightRule.Mean)) continue;
            families.Add(Best(Scatters.Select(s => new Candidate(default, rule, Leftover.Scatter) { Fixed = weights, Scatter = s, Prior = prior - 5 })));
            families.Add(Best(SlowStarts.Select(s => new Candidate(default, rule, Leftover.Slow) { Fixed = weights, Drift = s.Drift, Scatter = s.Scatter, Prior = prior - (rule is WeightRule.Free or WeightRule.Common ? 6 : 4) })));
            if (rule == WeightRule.Common) found.Add(Scored(new Candidate(default, rule, Leftover.None) { Fixed = weights, Prior = prior }));
        }
        families.Add(Best(WeightDrifts.Select(d => new Candidate(default, WeightRule.Moving, Leftover.None) { Fixed = Free(), Drift = d, Scatter = 1e-4, Prior = -7 })));
        families.Add(Best(LogStarts.Select(s => new Candidate(default, WeightRule.LogVariance, Leftover.None) { Fixed = Free(), Drift = s.Drift, Pull = s.Pull, Scatter = 1e-4, Prior = -9 })));
        for (int i = 0; i < _data.Count && _data.Count > 1; i++)
        {
            double[] weights = Free();
            weights[i] = 0;
            found.Add(Scored(new Candidate(default, WeightRule.Free, Leftover.None) { Fixed = weights, Prior = -3 }));
        }
        if (_data.Rows >= 4) SearchAveraged(found);
        double best = Math.Max(found.Max(c => c.Score), families.Max(c => c.Score));
        found.AddRange(families.Select(f => Usual(f) || f.Score > best - WorthRefining - (0.3 * _data.Rows) ? Refined(f) : f));
    }

    private void SearchAveraged(List<Candidate> found)
    {
        foreach (var averaging in Averaging.All().Skip(1))
        {
            double price = averaging.Kind switch { AveragingKind.RunningTotal => -2, AveragingKind.RunningParts => -3, _ => -6 };
            foreach (var (rule, weights, prior) in Rules().Where(r => r.Rule is WeightRule.Ones or WeightRule.Mean or WeightRule.Claimed or WeightRule.Free))
            {
                if (weights.Any(w => w == 0) && rule != WeightRule.Claimed) continue;
                found.Add(Scored(new Candidate(averaging, rule, Leftover.None) { Fixed = weights, Prior = prior + price }));
            }
        }
    }

    private static bool Usual(Candidate candidate) => candidate.Rule is WeightRule.LogVariance or WeightRule.Moving
        || (candidate.Leftover != Leftover.None && !candidate.Dropped.Any() && candidate.Rule is WeightRule.Ones or WeightRule.Claimed or WeightRule.Free);

    // Climbs to the drift and scatter (and form) of greatest evidence, by factors.
    private Candidate Refined(Candidate start)
    {
        var best = start;
        if (start.Rule == WeightRule.LogVariance) best = Best(Forms.Select(f => start with { Form = f }));
        for (int round = 0; round < 5; round++)
        {
            var before = best;
            foreach (double factor in (ReadOnlySpan<double>)[3, 1.0 / 3])
            {
                if (best.Drift > 0 && best.Drift * factor is >= 1e-6 and <= 1) best = Better(best, best with { Drift = best.Drift * factor });
            }
            foreach (double factor in (ReadOnlySpan<double>)[2, 0.5])
            {
                if (best.Scatter > 0 && best.Scatter * factor <= 0.6) best = Better(best, best with { Scatter = best.Scatter * factor });
            }
            foreach (double factor in (ReadOnlySpan<double>)[2, 0.5])
            {
                if (best.Pull > 0 && best.Pull * factor < 0.9) best = Better(best, best with { Pull = best.Pull * factor });
            }
            if (best.Leftover == Leftover.Slow) best = Better(best, best.Scatter > 0 ? best with { Scatter = 0 } : best with { Scatter = 2e-4, Drift = Math.Max(best.Drift / 30, 1e-5) });
            if (ReferenceEquals(best, before)) break;
        }
        return best;
    }

    private Candidate Better(Candidate best, Candidate other)
    {
        other = Scored(other);
        return other.Score > best.Score ? other : best;
    }

    // Rules without any fitted number: each line is true under them, or it refutes them.
    private IEnumerable<Candidate> Exact(Averaging averaging)
    {
        double price = averaging.Kind switch { AveragingKind.None => 0, AveragingKind.RunningTotal => -2, _ => -3 };
        foreach (var (rule, weights, prior) in Rules())
        {
            if (rule is WeightRule.Free or WeightRule.Common) continue;
            yield return Scored(new Candidate(averaging, rule, Leftover.None) { Fixed = weights, Prior = prior + price, Against = FirstFault(Averaged(averaging).Data, weights) });
        }
    }

    // Rules for the weights, with what speaks for them beforehand.
    private IEnumerable<(WeightRule Rule, double[] Weights, double Prior)> Rules()
    {
        int k = _data.Count;
        if (_claimed is not null)
        {
            yield return (WeightRule.Claimed, [.. _claimed.Select(w => double.IsNaN(w) ? 1 : w)], 1);
            if (_named.Contains(false)) yield return (WeightRule.Claimed, [.. _claimed.Select(w => double.IsNaN(w) ? 0 : w)], 0);
        }
        yield return (WeightRule.Ones, [.. Enumerable.Repeat(1.0, k)], _claimed is null ? 0 : -1);
        if (k > 1) yield return (WeightRule.Mean, [.. Enumerable.Repeat(1.0 / k, k)], -1);
        yield return (WeightRule.Free, Free(), -1);
        if (k > 1) yield return (WeightRule.Common, Free(), -3);
        if (k is < 2 or > 12) yield break;
        for (int drop = 0; drop < k; drop++) yield return (WeightRule.Ones, [.. Enumerable.Range(0, k).Select(i => i == drop ? 0.0 : 1)], -3);
        for (int drop = 0; drop < k; drop++)
        {
            for (int other = 0; other < drop && k > 2; other++) yield return (WeightRule.Ones, [.. Enumerable.Range(0, k).Select(i => i == drop || i == other ? 0.0 : 1)], -6);
        }
        if (k > 2)
        {
            for (int drop = 0; drop < k; drop++) yield return (WeightRule.Mean, [.. Enumerable.Range(0, k).Select(i => i == drop ? 0.0 : 1.0 / (k - 1))], -5);
        }
    }

    private double[] Free() => [.. Enumerable.Repeat(double.NaN, _data.Count)];

    private Candidate Best(IEnumerable<Candidate> variants) => variants.Select(Scored).MaxBy(c => c.Score)!;

    private Candidate Scored(Candidate candidate)
    {
        if (candidate.Against is not null) return candidate;
        var (_, thin, pilot) = Averaged(candidate.Averaging);
        if (candidate.Rule == WeightRule.LogVariance) thin = thin.Thinned(MostRowsLearned);
        double evidence = CandidateFit.Fit(thin, candidate, pilot, whole: false).Evidence;
        // Evidence of a sample of the lines stands for that of as many lines as all candidates are compared on.
        return candidate with { Score = double.IsFinite(evidence) ? (evidence * Averaged(default).Thin.Rows / thin.Rows) + candidate.Prior : double.NegativeInfinity };
    }

    // From the best down: what cannot be is found out and put at the end, until one that can be stands first, and the next few behind it.
    private Candidate[] Checked(List<Candidate> found)
    {
        var settled = new List<Candidate>();
        var waiting = found.Where(c => c.Against is null).OrderByDescending(c => c.Score).ToList();
        var impossible = found.Where(c => c.Against is not null).ToList();
        foreach (var candidate in waiting)
        {
            string? against = settled.Count(c => c.Score > double.NegativeInfinity) >= 4 ? null : Against(candidate);
            if (against is null) settled.Add(candidate);
            else impossible.Add(candidate with { Against = against, Score = double.NegativeInfinity });
        }
        BestScore = settled.Count > 0 ? settled[0].Score : double.NegativeInfinity;
        return [.. settled, .. impossible];
    }

    private string? Against(Candidate candidate)
    {
        if (double.IsNegativeInfinity(candidate.Score)) return "no values of its numbers come near the log";
        if (candidate.IsExact && candidate.Rule == WeightRule.Free)
        {
            var data = DataOf(candidate);
            int[] kept = [.. Enumerable.Range(0, data.Count).Where(i => candidate.Fixed[i] != 0)];
            return new RoundingPolytope(Selected(data, kept)).IsEmpty ? "no fixed weights make every line true within its rounding" : null;
        }
        if (candidate.IsExact && candidate.Rule != WeightRule.Common && DataOf(candidate).Start is null) return FirstFault(DataOf(candidate), candidate.Fixed);
        var (thin, posterior) = Whole(candidate);
        if (candidate.Rule is WeightRule.Free or WeightRule.Common)
        {
            for (int i = 0; i < thin.Count; i++)
            {
                if (posterior.Weights[i][^1] < -2 * posterior.WeightSpreads[i][^1] - 1e-9) return $"the weight of {thin.Names[i]} would have to be negative";
            }
        }
        if (candidate.Leftover == Leftover.Slow)
        {
            for (int t = 0; t < thin.Rows; t++)
            {
                if (posterior.Rest[t] < (-2 * posterior.RestSpreads[t]) - (2 * candidate.Scatter * thin.Scale) - thin.TotalHalf[t]) return "the term that is left over would have to be negative";
            }
        }
        return null;
    }

    /// <summary>The data with some of the parts.</summary>
    public static AuditData Selected(AuditData data, int[] kept) => kept.Length == data.Count ? data : new AuditData
    {
        Names = [.. kept.Select(i => data.Names[i])], Total = data.Total, TotalHalf = data.TotalHalf, Parts = [.. kept.Select(i => data.Parts[i])], PartHalves = [.. kept.Select(i => data.PartHalves[i])],
        PartVariances = [.. kept.Select(i => data.PartVariances[i])], TotalVariance = data.TotalVariance, Begins = data.Begins, LogJacobian = data.LogJacobian, Start = data.Start,
    };

    /// <summary>How far the total of a line is from Σ weight × part, and how far rounding can put it.</summary>
    public static (double Gap, double Room) Line(AuditData data, double[] weights, int t)
    {
        double gap = data.Total[t], room = data.TotalHalf[t];
        for (int i = 0; i < weights.Length; i++)
        {
            gap -= weights[i] * data.Parts[i][t];
            room += Math.Abs(weights[i]) * data.PartHalves[i][t];
        }
        return (gap, room);
    }

    private static string? FirstFault(AuditData data, double[] weights)
    {
        for (int t = 0; t < data.Rows; t++)
        {
            var (gap, room) = Line(data, weights, t);
            if (Math.Abs(gap) > room * (1 + 1e-9)) return "";
        }
        return null;
    }

    private (AuditData Data, AuditData Thin, double[] Pilot) Averaged(Averaging averaging)
    {
        if (_averaged.TryGetValue(averaging, out var known)) return known;
        var data = averaging.Apply(_data);
        var thin = data.Thinned(MostRows);
        double[] weights = [.. thin.TotalHalf.Select(h => 1 / Math.Max(h * h, 1e-12 * thin.Scale * thin.Scale))];
        double[] pilot = NonNegativeLeastSquares.Solve(data.Start is null ? thin.Parts : [.. thin.Parts, thin.Start!], thin.Total, weights)[..data.Count];
        return _averaged[averaging] = (data, thin, pilot);
    }
}
