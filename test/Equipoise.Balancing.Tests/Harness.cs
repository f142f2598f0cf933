namespace Equipoise.Balancing.Tests;

/// <summary>Small helpers: Gramians of rows, one weighing, one bare formula.</summary>
internal static class Harness
{
    /// <summary>Inner products of all pairs of rows, or of the rows of two matrices.</summary>
    public static double[] Gramian(double[][] rows, double[][]? others = null)
    {
        others ??= rows;
        int n = rows.Length;
        var gramian = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) gramian[(i * n) + j] = rows[i].Zip(others[j], (a, b) => a * b).Sum();
        }

        return gramian;
    }

    public static double[] Combine(double[] weights, double[][] rows)
    {
        var sum = new double[rows[0].Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int c = 0; c < sum.Length; c++) sum[c] += weights[i] * rows[i][c];
        }

        return sum;
    }

    public static GradientRows Floats(double[][] rows) => new([.. rows.SelectMany(row => row).Select(value => (float)value)], rows.Length);

    /// <summary>Everything a balancer may want, from gradients and losses.</summary>
    public static double[] Weigh(Balancer balancer, double[][] rows, double[]? losses = null, double[]? priorities = null, bool[]? present = null, long step = 0, int epoch = 0, float[]? direction = null, double[][]? other = null, ulong seed = 1)
    {
        var weights = new double[rows.Length];
        var input = new BalancerInput
        {
            Losses = losses ?? [.. Enumerable.Repeat(1.0, rows.Length)],
            Gramian = Gramian(rows),
            CrossGramian = Gramian(rows, other ?? rows),
            Gradients = Floats(rows),
            Priorities = priorities ?? [],
            Present = present ?? [],
            Step = step,
            Epoch = epoch,
            Seed = seed,
        };
        balancer.Weigh(in input, weights, direction ?? new float[rows[0].Length]);
        return weights;
    }

    /// <summary>The formula without the edge cases that are met around it; zeros when it says that there is no solution.</summary>
    public static double[] Formula(BalancerSettings settings, double[][] rows, double[] priorities, double[]? losses = null, float[]? direction = null)
    {
        int n = rows.Length;
        var gramian = Gramian(rows);
        var weights = new double[n];
        var balancer = settings.Start(n);
        return Formula(balancer, gramian, priorities, losses, rows, direction);
    }

    public static double[] Formula(Balancer balancer, double[] gramian, double[] priorities, double[]? losses, double[][]? rows = null, float[]? direction = null)
    {
        int n = priorities.Length;
        var weights = new double[n];
        var tasks = new ActiveTasks
        {
            Tasks = [.. Enumerable.Range(0, n)],
            Total = n,
            Losses = losses ?? [.. Enumerable.Repeat(1.0, n)],
            Gramian = gramian,
            CrossGramian = gramian,
            SquaredNorms = [.. Enumerable.Range(0, n).Select(i => gramian[(i * n) + i])],
            Priorities = priorities,
            Gradients = rows is null ? null : Floats(rows),
            Direction = direction ?? (rows is null ? [] : new float[rows[0].Length]),
        };
        return balancer.Solve(in tasks, weights) && weights.All(double.IsFinite) ? weights : new double[n];
    }

    /// <summary>Random rows of a rank, the same for the same seed.</summary>
    public static double[][] Rows(int seed, int tasks, int width, int rank = int.MaxValue)
    {
        var random = new Random(seed);
        rank = Math.Min(rank, Math.Min(tasks, width));
        double[][] basis = [.. Enumerable.Range(0, rank).Select(_ => Normals(random, width))];
        return [.. Enumerable.Range(0, tasks).Select(_ => Combine(Normals(random, rank), basis))];
    }

    public static double[] Normals(Random random, int count)
        => [.. Enumerable.Range(0, count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];

    public static double Norm(double[] x) => Math.Sqrt(x.Sum(value => value * value));
}
