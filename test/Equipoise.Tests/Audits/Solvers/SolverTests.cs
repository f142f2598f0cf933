using Equipoise.Audits;
using Equipoise.Audits.Solvers;

namespace Equipoise.Tests.Audits.Solvers;

public sealed class SolverTests
{
    [Theory]
    [InlineData(1, 1, 5)]
    [InlineData(2, 3, 8)]
    [InlineData(3, 5, 40)]
    [InlineData(4, 6, 6)]
    public void Non_negative_least_squares_meets_the_conditions_of_its_optimum(int seed, int columns, int rows)
    {
        var random = new Random(seed);
        double[][] a = [.. Enumerable.Range(0, columns).Select(_ => Numbers(rows, random))];
        double[] b = Numbers(rows, random), weights = [.. Numbers(rows, random).Select(w => 0.1 + Math.Abs(w))];
        double[] x = NonNegativeLeastSquares.Solve(a, b, weights);
        for (int i = 0; i < columns; i++)
        {
            double slope = 0;
            for (int t = 0; t < rows; t++) slope += weights[t] * a[i][t] * (b[t] - Enumerable.Range(0, columns).Sum(j => a[j][t] * x[j]));
            Assert.True(x[i] >= 0);
            if (x[i] > 0) Assert.Equal(0, slope, 1e-8);
            else Assert.True(slope <= 1e-8);
        }
    }

    [Fact]
    public void Polytope_of_rounded_lines_has_the_exact_ends()
    {
        // 2.4 ± 0.05 = w × 1.0 ± 0.05, so w is between 2.35 / 1.05 and 2.45 / 0.95.
        var interval = new RoundingPolytope(Data([2.4], 0.05, [[1.0]])).Interval(0)!.Value;
        Assert.Equal(2.35 / 1.05, interval.Least, 1e-9);
        Assert.Equal(2.45 / 0.95, interval.Greatest, 1e-9);
    }

    [Theory]
    [InlineData(1, 2, 10)]
    [InlineData(2, 3, 30)]
    [InlineData(3, 4, 900)]
    public void Polytope_holds_the_true_weights_and_nothing_that_a_line_refutes(int seed, int parts, int rows)
    {
        var random = new Random(seed);
        double[] weights = [.. Enumerable.Range(0, parts).Select(_ => 2 * random.NextDouble())];
        double[][] losses = [.. Enumerable.Range(0, parts).Select(_ => Numbers(rows, random).Select(v => 1 + Math.Abs(v)).ToArray())];
        double[] total = [.. Enumerable.Range(0, rows).Select(t => Math.Round(Enumerable.Range(0, parts).Sum(i => weights[i] * losses[i][t]), 2))];
        var data = Data(total, 0.005, [.. losses.Select(l => l.Select(v => Math.Round(v, 2)).ToArray())]);
        var region = new RoundingPolytope(data);
        for (int i = 0; i < parts; i++)
        {
            var (least, greatest) = region.Interval(i)!.Value;
            Assert.InRange(weights[i], least - 1e-9, greatest + 1e-9);
            Assert.True(greatest - least < 0.5);
        }
        double[] middle = region.Middle()!;
        for (int t = 0; t < rows; t++)
        {
            var (gap, room) = data.Line(middle, t);
            Assert.True(Math.Abs(gap) <= room * (1 + 1e-5));
        }
    }

    [Fact]
    public void Polytope_of_lines_that_contradict_each_other_is_empty()
        => Assert.True(new RoundingPolytope(Data([1, 1], 0.01, [[1, 2]])).IsEmpty);

    [Fact]
    public void Filter_finds_the_evidence_and_the_posterior_of_the_joint_normal()
    {
        // A level with a slope, and a state that decays and is pushed; 4 lines, so the joint normal can be written down.
        const int n = 4, p = 3;
        var filter = new StateFilter(p, n);
        double[] first = [0.5, 0.1, -0.3], variance = [2, 0.5, 1.5], drift = [0.1, 0.02, 0.3], said = [1, 0.4, 2.5, 1.7];
        first.CopyTo(filter.First, 0);
        variance.CopyTo(filter.FirstVariance, 0);
        drift.CopyTo(filter.Drift, 0);
        said.CopyTo(filter.Said, 0);
        filter.HasSlope[0] = true;
        filter.Keep[2] = 0.7;
        double[,] shows = { { 1, 0, 0.5 }, { 1, 0, -1 }, { 0.3, 0, 2 }, { 1, 0, 1 } };
        for (int t = 0; t < n; t++)
        {
            filter.Variance[t] = 0.2 + (0.1 * t);
            filter.Push[(t * p) + 2] = t == 0 ? 0 : 0.4;
            for (int i = 0; i < p; i++) filter.Shows[(t * p) + i] = shows[t, i];
        }
        // Mean and covariance of all states of all lines, from x_t = F·x_(t−1) + push + noise.
        var mean = new double[n * p];
        var cov = new double[n * p, n * p];
        double[,] f = { { 1, 1, 0 }, { 0, 1, 0 }, { 0, 0, 0.7 } };
        for (int t = 0; t < n; t++)
        {
            for (int i = 0; i < p; i++)
            {
                mean[(t * p) + i] = t == 0 ? first[i] : filter.Push[(t * p) + i] + Enumerable.Range(0, p).Sum(j => f[i, j] * mean[((t - 1) * p) + j]);
            }
            for (int s = 0; s < t * p && t > 0; s++)
            {
                for (int i = 0; i < p; i++) cov[(t * p) + i, s] = cov[s, (t * p) + i] = Enumerable.Range(0, p).Sum(j => f[i, j] * cov[((t - 1) * p) + j, s]);
            }
            for (int i = 0; i < p; i++)
            {
                for (int j = 0; j < p; j++)
                {
                    double sum = t == 0 ? 0 : Enumerable.Range(0, p).Sum(l => f[i, l] * cov[((t - 1) * p) + l, (t * p) + j]);
                    if (i == j) sum += t == 0 ? variance[i] : drift[i] * StateFilter.Shape(t);
                    cov[(t * p) + i, (t * p) + j] = sum;
                }
            }
        }
        var seen = new double[n, n];
        var across = new double[n * p, n];
        var error = new double[n];
        for (int t = 0; t < n; t++)
        {
            error[t] = said[t] - Enumerable.Range(0, p).Sum(i => shows[t, i] * mean[(t * p) + i]);
            for (int s = 0; s < n * p; s++) across[s, t] = Enumerable.Range(0, p).Sum(i => cov[s, (t * p) + i] * shows[t, i]);
        }
        for (int t = 0; t < n; t++)
        {
            for (int u = 0; u < n; u++) seen[t, u] = Enumerable.Range(0, p).Sum(i => shows[t, i] * across[(t * p) + i, u]) + (t == u ? filter.Variance[t] : 0);
        }
        var (inverse, logDeterminant) = Inverse(seen, n);
        double square = 0;
        for (int t = 0; t < n; t++)
        {
            for (int u = 0; u < n; u++) square += error[t] * inverse[t, u] * error[u];
        }
        Assert.Equal(-0.5 * (square + logDeterminant + (n * Math.Log(2 * Math.PI))), filter.Run(), 1e-10);
        filter.Smooth();
        for (int s = 0; s < n * p; s++)
        {
            double expected = mean[s], spread = cov[s, s];
            for (int t = 0; t < n; t++)
            {
                for (int u = 0; u < n; u++)
                {
                    expected += across[s, t] * inverse[t, u] * error[u];
                    spread -= across[s, t] * inverse[t, u] * across[s, u];
                }
            }
            Assert.Equal(expected, filter.Means[s], 1e-10);
            Assert.Equal(spread, filter.Covariances[(s / p * p * p) + (s % p * p) + (s % p)], 1e-10);
        }
    }

    private static (double[,] Inverse, double LogDeterminant) Inverse(double[,] matrix, int n)
    {
        var a = (double[,])matrix.Clone();
        var inverse = new double[n, n];
        double log = 0;
        for (int i = 0; i < n; i++) inverse[i, i] = 1;
        for (int i = 0; i < n; i++)
        {
            double pivot = a[i, i];
            log += Math.Log(pivot);
            for (int j = 0; j < n; j++) (a[i, j], inverse[i, j]) = (a[i, j] / pivot, inverse[i, j] / pivot);
            for (int r = 0; r < n; r++)
            {
                double factor = a[r, i];
                for (int j = 0; j < n && r != i; j++) (a[r, j], inverse[r, j]) = (a[r, j] - (factor * a[i, j]), inverse[r, j] - (factor * inverse[i, j]));
            }
        }
        return (inverse, log);
    }

    private static double[] Numbers(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];

    private static AuditData Data(double[] total, double half, double[][] parts) => new()
    {
        Names = [.. parts.Select((_, i) => $"part{i}")], Total = total, TotalHalf = [.. total.Select(_ => half)], Parts = parts, PartHalves = [.. parts.Select(p => p.Select(_ => half).ToArray())],
        Begins = [.. total.Select((_, t) => t == 0)],
    };
}
