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
    private readonly StartingWeights _rules;
    private readonly Dictionary<Averaging, (AuditData Data, AuditData Thin, double[] Pilot)> _averaged = [];

    /// <summary>A search. <paramref name="claimed"/>: weights that someone claims [k], NaN for parts that are not named; null without a claim.</summary>
    public ExplanationSearch(AuditData data, double[]? claimed)
    {
        _data = data;
        _rules = new StartingWeights(data.Count, claimed);
    }

    /// <summary>All that were tried, the best first; those that are impossible at the end.</summary>
    public IReadOnlyList<Candidate> Run()
    {
        var found = new List<Candidate>();
        foreach (var candidate in Exact(default)) found.Add(candidate);
        if (found.All(c => c.Against is not null)) found.AddRange(Exact(new Averaging(AveragingKind.RunningTotal)).Concat(Exact(new Averaging(AveragingKind.RunningParts))));
        bool settled = found.Any(c => c.Against is null);
        Candidate free = new(default, WeightRule.Free, Leftover.None) { Fixed = _rules.Free(), Prior = -1 };
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
        foreach (var (rule, weights, prior) in _rules.All())
        {
            int dropped = weights.Count(w => w == 0);
            if (dropped > 1 || (dropped > 0 && rule == WeightRule.Mean)) continue;
            families.Add(Best(Scatters.Select(s => new Candidate(default, rule, Leftover.Scatter) { Fixed = weights, Scatter = s, Prior = prior - 5 })));
            families.Add(Best(SlowStarts.Select(s => new Candidate(default, rule, Leftover.Slow) { Fixed = weights, Drift = s.Drift, Scatter = s.Scatter, Prior = prior - (rule is WeightRule.Free or WeightRule.Common ? 6 : 4) })));
            if (rule == WeightRule.Common) found.Add(Scored(new Candidate(default, rule, Leftover.None) { Fixed = weights, Prior = prior }));
        }
        families.Add(Best(WeightDrifts.Select(d => new Candidate(default, WeightRule.Moving, Leftover.None) { Fixed = _rules.Free(), Drift = d, Scatter = 1e-4, Prior = -7 })));
        families.Add(Best(LogStarts.Select(s => new Candidate(default, WeightRule.LogVariance, Leftover.None) { Fixed = _rules.Free(), Drift = s.Drift, Pull = s.Pull, Scatter = 1e-4, Prior = -9 })));
        for (int i = 0; i < _data.Count && _data.Count > 1; i++)
        {
            double[] weights = _rules.Free();
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
            foreach (var (rule, weights, prior) in _rules.All().Where(r => r.Rule is WeightRule.Ones or WeightRule.Mean or WeightRule.Claimed or WeightRule.Free))
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
        foreach (var (rule, weights, prior) in _rules.All())
        {
            if (rule is WeightRule.Free or WeightRule.Common) continue;
            yield return Scored(new Candidate(averaging, rule, Leftover.None) { Fixed = weights, Prior = prior + price, Against = Fault(Averaged(averaging).Data, weights) });
        }
    }

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

    // No line is told here: the worst one is found when the answer is put into words.
    private static string? Fault(AuditData data, double[] weights) => data.Holds(weights) ? null : "";

    private string? Against(Candidate candidate)
    {
        if (double.IsNegativeInfinity(candidate.Score)) return "no values of its numbers come near the log";
        if (candidate.IsExact && candidate.Rule == WeightRule.Free)
        {
            var data = DataOf(candidate);
            int[] kept = [.. Enumerable.Range(0, data.Count).Where(i => candidate.Fixed[i] != 0)];
            return new RoundingPolytope(data.Selected(kept)).IsEmpty ? "no fixed weights make every line true within its rounding" : null;
        }
        if (candidate.IsExact && candidate.Rule != WeightRule.Common && DataOf(candidate).Start is null) return Fault(DataOf(candidate), candidate.Fixed);
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
