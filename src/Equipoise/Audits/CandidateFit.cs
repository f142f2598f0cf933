using Equipoise.Audits.Solvers;

namespace Equipoise.Audits;

/// <summary>Puts a candidate into the form of a <see cref="StateFilter"/>, and reads the answer.</summary>
/// <remarks>
/// S is the size of the total, Lᵢ that of a part. Before the log is seen a fitted weight has standard deviation S / Lᵢ (its part may be about as large as the total), a slow term S with a slope of 0.2·S a
/// line, the logarithm s of a learned variance 1, around 0 where it begins. A figure rounded to ± h has variance h²/3. Learned variances are not linear: the filter is run on the tangent of the trajectory and smoothed,
/// again and again until it stays (Gauss-Newton on the whole trajectory).
/// </remarks>
internal static class CandidateFit
{
    private const double Slope = 0.2, LogLevel = 1;
    // Below this the filter's own arithmetic would be measured.
    private const double Finest = 2e-6;
    private const int MostTurns = 18, Coarse = 7, Damped = 10;

    /// <summary>Fits a candidate to data that its averaging was applied to. <paramref name="whole"/>: with the posterior of every line, else of the last line alone.</summary>
    public static Posterior Fit(AuditData data, Candidate candidate, double[] pilot, bool whole)
    {
        if (candidate.Rule == WeightRule.LogVariance) return LogVariance(data, candidate, pilot, whole);
        if (candidate.Rule is WeightRule.Free or WeightRule.Common or WeightRule.Moving)
        {
            // How much the rounding of the parts matters depends on their weights: the pilot's first, then those found with them.
            var weights = Linear(data, candidate, pilot, whole: false).Weights;
            pilot = [.. weights.Select(w => Math.Max(0, w[^1]))];
        }
        return Linear(data, candidate, pilot, whole);
    }

    private static Posterior Linear(AuditData data, Candidate candidate, double[] pilot, bool whole)
    {
        int n = data.Rows, k = data.Count;
        double scale = data.Scale;
        bool common = candidate.Rule == WeightRule.Common;
        int[] free = common ? [] : [.. Enumerable.Range(0, k).Where(i => double.IsNaN(candidate.Fixed[i]))];
        int first = common ? 1 : free.Length, start = data.Start is null ? 0 : 1, slow = candidate.Leftover == Leftover.Slow ? 2 : 0;
        int states = first + start + slow;
        var filter = new StateFilter(states, n);
        double commonSize = 0;
        for (int t = 0; t < n; t++)
        {
            double sum = 0;
            for (int i = 0; i < k; i++) sum += candidate.Fixed[i] == 0 ? 0 : data.Parts[i][t];
            commonSize += sum * sum;
            filter.Said[t] = data.Total[t];
            for (int i = 0; i < k; i++)
            {
                if (!double.IsNaN(candidate.Fixed[i])) filter.Said[t] -= candidate.Fixed[i] * data.Parts[i][t];
            }
            for (int f = 0; f < free.Length; f++) filter.Shows[(t * states) + f] = data.Parts[free[f]][t];
            if (common) filter.Shows[t * states] = sum;
            if (start == 1) filter.Shows[(t * states) + first] = data.Start![t];
            if (slow == 2) filter.Shows[(t * states) + first + start] = 1;
            filter.Variance[t] = Variance(data, candidate, pilot, t, scale);
        }
        for (int f = 0; f < first; f++)
        {
            double deviation = scale / (common ? Math.Sqrt(commonSize / n) : data.Size(free[f]));
            if (!double.IsFinite(deviation)) deviation = 1;
            filter.FirstVariance[f] = deviation * deviation;
            if (candidate.Rule == WeightRule.Moving) filter.Drift[f] = deviation * deviation * candidate.Drift * candidate.Drift;
        }
        if (start == 1) filter.FirstVariance[first] = scale * scale;
        if (slow == 2)
        {
            int rest = first + start;
            filter.FirstVariance[rest] = scale * scale;
            filter.HasSlope[rest] = true;
            if (candidate.Drift > 0)
            {
                filter.FirstVariance[rest + 1] = scale * scale * Slope * Slope;
                filter.Drift[rest + 1] = scale * scale * candidate.Drift * candidate.Drift;
            }
        }
        double evidence = filter.Run() + data.LogJacobian;
        if (whole && states > 0) filter.Smooth();
        return Read(data, candidate, filter, states, free, common, slow == 2 ? first + start : -1, evidence);
    }

    private static Posterior Read(AuditData data, Candidate candidate, StateFilter filter, int states, int[] free, bool common, int rest, double evidence)
    {
        int n = data.Rows, k = data.Count;
        var weights = Grid(k, n);
        var spreads = Grid(k, n);
        double[] left = new double[n], leftSpread = new double[n];
        for (int t = 0; t < n; t++)
        {
            for (int i = 0; i < k; i++) weights[i][t] = double.IsNaN(candidate.Fixed[i]) ? 0 : candidate.Fixed[i];
            for (int f = 0; f < free.Length; f++)
            {
                weights[free[f]][t] = filter.Means[(t * states) + f];
                spreads[free[f]][t] = Deviation(filter, states, t, f);
            }
            for (int i = 0; i < k && common; i++)
            {
                if (candidate.Fixed[i] == 0) continue;
                weights[i][t] = filter.Means[t * states];
                spreads[i][t] = Deviation(filter, states, t, 0);
            }
            if (rest < 0) continue;
            left[t] = filter.Means[(t * states) + rest];
            leftSpread[t] = Deviation(filter, states, t, rest);
        }
        return new Posterior(evidence, weights, spreads, left, leftSpread);
    }

    private static Posterior LogVariance(AuditData data, Candidate candidate, double[] pilot, bool whole)
    {
        int n = data.Rows, k = data.Count, states = k;
        double scale = data.Scale;
        var (a, b) = candidate.Form;
        var filter = new StateFilter(states, n);
        var s = Grid(k, n);
        for (int i = 0; i < k; i++)
        {
            filter.FirstVariance[i] = LogLevel * LogLevel;
            filter.Drift[i] = candidate.Drift * candidate.Drift;
            filter.Keep[i] = 1 - candidate.Pull;
            double balance = 0;
            for (int t = 0; t < n; t++)
            {
                double level = Math.Log(Math.Max(a * data.Parts[i][t] / b, 1e-4));
                balance = t == 0 ? level : balance + (0.3 * (level - balance));
                filter.Push[(t * states) + i] = candidate.Pull * balance;
                s[i][t] = t == 0 ? 0 : s[i][t - 1] + (candidate.Pull * (balance - s[i][t - 1]));
            }
        }
        double evidence = double.NegativeInfinity;
        double[] guess = [.. pilot];
        for (int turn = 0; turn < MostTurns; turn++)
        {
            for (int t = 0; t < n; t++)
            {
                double said = data.Total[t];
                for (int i = 0; i < k; i++)
                {
                    double weight = a * Math.Exp(-s[i][t]), slope = b - (weight * data.Parts[i][t]);
                    said += (slope * s[i][t]) - (weight * data.Parts[i][t]) - (b * s[i][t]);
                    filter.Shows[(t * states) + i] = slope;
                    guess[i] = weight;
                }
                filter.Said[t] = said;
                // The first turns may miss the log by much and come closer from turn to turn, lest a tangent from afar leads astray.
                double leeway = turn < Coarse ? 0.3 * scale * Math.Pow(0.35, turn) : 0;
                filter.Variance[t] = Variance(data, candidate, guess, t, scale) + (leeway * leeway);
            }
            double before = evidence;
            evidence = filter.Run() + data.LogJacobian;
            filter.Smooth(spreads: false);
            double moved = 0;
            for (int t = 0; t < n; t++)
            {
                for (int i = 0; i < k; i++)
                {
                    double next = Math.Clamp(filter.Means[(t * states) + i], -12, 12), step = Math.Clamp((turn < Damped ? 1 : 0.5) * (next - s[i][t]), -1, 1);
                    s[i][t] += step;
                    moved = Math.Max(moved, Math.Abs(step));
                }
            }
            if (turn >= Coarse && moved < 1e-3 && Math.Abs(evidence - before) < 0.1) break;
            if (turn == MostTurns - 1) evidence = Math.Min(evidence, before);        // not settled: the tangent's evidence is not quite the curve's
        }
        if (whole)
        {
            filter.Run();
            filter.Smooth();
        }
        var weights = Grid(k, n);
        var spreads = Grid(k, n);
        double[] left = new double[n], leftSpread = new double[n];
        for (int t = 0; t < n; t++)
        {
            for (int i = 0; i < k; i++)
            {
                weights[i][t] = a * Math.Exp(-s[i][t]);
                spreads[i][t] = weights[i][t] * Deviation(filter, states, t, i);
                left[t] += b * s[i][t];
                leftSpread[t] += b * Deviation(filter, states, t, i);
            }
        }
        return new Posterior(evidence, weights, spreads, left, leftSpread);
    }

    // Of a line's total given its parts: rounding on both sides, and the scatter, which follows the size of the total.
    private static double Variance(AuditData data, Candidate candidate, double[] pilot, int t, double scale)
    {
        double sum = data.TotalVariance[t];
        for (int i = 0; i < data.Count; i++)
        {
            double weight = (double.IsNaN(candidate.Fixed[i]) || candidate.Rule == WeightRule.LogVariance ? pilot[i] : candidate.Fixed[i]);
            sum += weight * weight * data.PartVariances[i][t];
        }
        double scatter = candidate.Scatter * ((0.8 * Math.Abs(data.Total[t])) + (0.2 * scale)), finest = Finest * scale;
        return sum + (scatter * scatter) + (finest * finest);
    }

    private static double Deviation(StateFilter filter, int states, int t, int state)
        => Math.Sqrt(Math.Max(0, filter.Covariances[(t * states * states) + (state * states) + state]));

    private static double[][] Grid(int k, int n) => [.. Enumerable.Range(0, k).Select(_ => new double[n])];
}
