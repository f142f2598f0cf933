namespace Equipoise.Balancing.Tests.Solvers;

/// <summary>Each solver against the conditions that say a point is the best one, not against another solver.</summary>
public sealed class SolverTests
{
    private const double Exact = 1e-9;

    /// <summary>Outputs, width, rank, and how many powers of ten the lengths spread over.</summary>
    public static TheoryData<int, int, int, int> Problems
    {
        get
        {
            var data = new TheoryData<int, int, int, int>();
            foreach (int spread in new[] { 0, 3, 12 })
            {
                foreach (var (tasks, width, rank) in new[] { (2, 14, 2), (3, 3, 3), (4, 3, 1), (4, 3, 2), (4, 3, 3), (5, 7, 5), (9, 11, 5), (9, 11, 9), (9, 37, 9), (20, 10, 10), (32, 114, 32), (50, 100, 50) }) data.Add(tasks, width, rank, spread);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Problems))]
    public void Minimum_norm_point_is_on_the_near_side_of_every_gradient(int tasks, int width, int rank, int spread)
    {
        var (rows, gramian) = Make(tasks, width, rank, spread);
        var weights = new double[tasks];
        double square = new MinimumNorm(tasks).Solve(gramian, weights);
        Assert.Equal(1, weights.Sum(), Exact);
        Assert.All(weights, weight => Assert.True(weight >= 0));
        double[] point = Harness.Combine(weights, rows);
        double terms = weights.Select((w, i) => w * Harness.Norm(rows[i])).Sum(), norm = Math.Sqrt(square);
        Assert.Equal(Harness.Norm(point), norm, 1e-7 * terms);
        for (int i = 0; i < tasks; i++)
        {
            double product = rows[i].Zip(point, (a, b) => a * b).Sum() / Harness.Norm(rows[i]);
            Assert.True(product - (square / Harness.Norm(rows[i])) >= -Exact * terms, $"output {i}: {product} of {terms}");
        }
    }

    [Theory, MemberData(nameof(Problems))]
    public void Projection_on_the_dual_cone_meets_its_conditions(int tasks, int width, int rank, int spread)
    {
        var (rows, gramian) = Make(tasks, width, rank, spread);
        double trace = rows.Sum(row => row.Sum(v => v * v));
        var cone = new DualCone(tasks);
        cone.Prepare(gramian, tasks, 0);
        double[] u = [.. Enumerable.Range(0, tasks).Select(i => (1.0 + i) / tasks)], v = new double[tasks];
        cone.AddProjection(u, v);
        double[] point = Harness.Combine(v, rows), terms = [.. v.Select((w, i) => Math.Abs(w) * Harness.Norm(rows[i]))];
        double size = terms.Sum();
        for (int i = 0; i < tasks; i++)
        {
            Assert.True(v[i] >= u[i]);
            double product = rows[i].Zip(point, (a, b) => a * b).Sum() / Harness.Norm(rows[i]);
            Assert.True(product >= -Exact * size, $"output {i} is hurt: {product} of {size}");
            if (v[i] > u[i] * (1 + Exact)) Assert.True(Math.Abs(product) <= 1e-8 * size, $"output {i} was raised too far: {product} of {size}");
        }

        Assert.True(trace > 0);
    }

    [Theory, MemberData(nameof(Problems))]
    public void Conflict_averse_weights_meet_their_conditions(int tasks, int width, int rank, int spread)
    {
        if (rank < tasks) return;                              // the minimum is at zero length then, where there is no slope; tested below
        var (rows, gramian) = Make(tasks, width, rank, Math.Min(spread, 3));
        AssertConflictAverse(rows, gramian);
    }

    [Fact]
    public void Conflict_averse_weights_meet_their_conditions_in_many_problems()
    {
        // Nearly as many gradients as numbers: then the shortest point is short, and faces are left and entered again.
        for (int seed = 0; seed < 300; seed++)
        {
            int tasks = 3 + (seed % 7), width = tasks + (seed % 3);
            double[][] rows = Harness.Rows(seed, tasks, width, tasks);
            for (int i = 0; i < tasks; i++)
            {
                double scale = Math.Pow(10, (seed * (i + 1) % 5) - 2);
                for (int c = 0; c < width; c++) rows[i][c] *= scale;
            }

            AssertConflictAverse(rows, Harness.Gramian(rows));
        }
    }

    private static void AssertConflictAverse(double[][] rows, double[] gramian)
    {
        int tasks = rows.Length;
        foreach (double c in new[] { 0.1, 0.5, 1, 2 })
        {
            double[] mean = Harness.Combine([.. rows.Select(_ => 1.0 / tasks)], rows), weights = new double[tasks];
            double rho = c * Harness.Norm(mean);
            new ConflictAverse(tasks).Solve(gramian, rho, weights);
            double[] point = Harness.Combine(weights, rows);
            double norm = Harness.Norm(point);
            double[] slope = [.. rows.Select(row => row.Select((v, k) => v * (mean[k] + (rho * point[k] / norm))).Sum())];
            double least = slope.Min(), size = rows.Max(Harness.Norm) * Harness.Norm(mean) * (1 + c);
            Assert.Equal(1, weights.Sum(), Exact);
            for (int i = 0; i < tasks; i++)
            {
                Assert.True(weights[i] >= 0);
                if (weights[i] > 1e-9) Assert.True(slope[i] - least <= Exact * size, $"c {c}, output {i}: {slope[i]} above {least} of {size}");
            }
        }
    }

    [Theory, MemberData(nameof(Problems))]
    public void Fair_shares_meet_their_equations(int tasks, int width, int rank, int spread)
    {
        if (rank < tasks) return;                              // often nothing improves all outputs then: no solution, tested below
        var (_, gramian) = Make(tasks, width, rank, spread);
        foreach (double alpha in new[] { 0.2, 0.5, 1, 2, 5 })
        {
            var x = new double[tasks];
            Assert.True(new ProportionalFairness(tasks).Solve(gramian, alpha, x), $"alpha {alpha}");
            for (int i = 0; i < tasks; i++)
            {
                double left = Enumerable.Range(0, tasks).Sum(j => gramian[(i * tasks) + j] * x[j]), right = Math.Pow(x[i], -1 / alpha);
                double terms = Enumerable.Range(0, tasks).Sum(j => Math.Abs(gramian[(i * tasks) + j] * x[j]));
                Assert.True(Math.Abs(left - right) <= Exact * Math.Max(right, terms), $"alpha {alpha}, output {i}: {left} and {right}");
            }
        }
    }

    [Theory, MemberData(nameof(Problems))]
    public void Equal_projections_are_equal(int tasks, int width, int rank, int spread)
    {
        if (rank < tasks) return;
        var (rows, gramian) = Make(tasks, width, rank, spread);
        var weights = new double[tasks];
        Assert.True(new EqualProjections(tasks).Solve(gramian, weights));
        double[] point = Harness.Combine(weights, rows);
        double[] along = [.. rows.Select(row => row.Zip(point, (a, b) => a * b).Sum() / Harness.Norm(row))];
        double size = weights.Select((w, i) => Math.Abs(w) * Harness.Norm(rows[i])).Sum();
        Assert.All(along, value => Assert.Equal(along[0], value, 1e-9 * size));
        Assert.Equal(1, Math.Abs(weights.Sum()), Exact);
    }

    [Fact]
    public void Fair_shares_of_opposed_gradients_do_not_exist()
    {
        double[][] rows = [[1, 0, 0], [-2, 0, 0], [0, 1, 0]];
        Assert.False(new ProportionalFairness(3).Solve(Harness.Gramian(rows), 1, new double[3]));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(5), InlineData(17), InlineData(40)]
    public void Eigenvectors_make_the_matrix_again(int n)
    {
        double[] gramian = Harness.Gramian(Harness.Rows(n, n, n + 3, Math.Max(1, n - 2)));
        var eigen = new SymmetricEigen(n);
        eigen.Decompose(gramian, n);
        double size = eigen.Values.ToArray().Max();
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = 0, product = 0;
                for (int k = 0; k < n; k++)
                {
                    sum += eigen.Values[k] * eigen.Vector(k, i) * eigen.Vector(k, j);
                    product += eigen.Vector(i, k) * eigen.Vector(j, k);
                }

                Assert.Equal(gramian[(i * n) + j], sum, 1e-12 * size);
                Assert.Equal(i == j ? 1 : 0, product, 1e-12);
            }
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(8), InlineData(33)]
    public void Simplex_projection_lowers_all_by_the_same(int n)
    {
        double[] x = Harness.Normals(new Random(n), n), y = [.. x];
        Simplex.Project(y, new double[n]);
        Assert.Equal(1, y.Sum(), 1e-12);
        double lowered = x.Zip(y, (a, b) => b > 0 ? a - b : double.NegativeInfinity).Max();
        for (int i = 0; i < n; i++) Assert.Equal(Math.Max(x[i] - lowered, 0), y[i], 1e-12);
    }

    [Fact]
    public void Linear_program_finds_the_best_point_of_a_grid()
    {
        var random = new Random(5);
        for (int round = 0; round < 100; round++)
        {
            int rows = random.Next(0, 4);
            double[] c = Harness.Normals(random, 3), a = Harness.Normals(random, rows * 3), b = [.. Harness.Normals(random, rows).Select(v => v * 0.3)], w = new double[3];
            bool found = new LinearProgram(3, 4).Solve(c, a, b, w);
            double best = double.NegativeInfinity;
            const int Steps = 60;
            for (int i = 0; i <= Steps; i++)
            {
                for (int j = 0; j <= Steps - i; j++)
                {
                    double[] p = [(double)i / Steps, (double)j / Steps, (double)(Steps - i - j) / Steps];
                    if (Meets(p, a, b, 0)) best = Math.Max(best, p.Zip(c, (x, y) => x * y).Sum());
                }
            }

            if (!found)
            {
                Assert.Equal(double.NegativeInfinity, best);
                continue;
            }

            Assert.Equal(1, w.Sum(), 1e-9);
            Assert.True(Meets(w, a, b, 1e-8));
            double value = w.Zip(c, (x, y) => x * y).Sum();
            Assert.True(value >= best - 1e-9, $"round {round}: {value}, a grid has {best}");
        }

        static bool Meets(double[] p, double[] a, double[] b, double slack)
            => Enumerable.Range(0, b.Length).All(r => (a[r * 3] * p[0]) + (a[(r * 3) + 1] * p[1]) + (a[(r * 3) + 2] * p[2]) >= b[r] - slack) && p.All(v => v >= -slack);
    }

    private static (double[][] Rows, double[] Gramian) Make(int tasks, int width, int rank, int spread)
    {
        var rows = Harness.Rows((tasks * 1000) + width + rank, tasks, width, rank);
        var random = new Random(spread);
        for (int i = 0; i < tasks; i++)
        {
            double scale = Math.Pow(10, spread * (random.NextDouble() - 0.5));
            for (int c = 0; c < width; c++) rows[i][c] *= scale;
        }

        return (rows, Harness.Gramian(rows));
    }
}
