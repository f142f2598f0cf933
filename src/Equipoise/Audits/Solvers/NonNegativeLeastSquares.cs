namespace Equipoise.Audits.Solvers;

/// <summary>Exact non-negative least squares: min ‖A·x − b‖² over x ≥ 0, for few columns.</summary>
/// <remarks>
/// Active set on the normal equations, columns scaled to length 1. Ends, since the sum of squares falls at every change of the set; a column that hangs on others within 1e-12 stays at 0.
/// Source: Lawson and Hanson, "Solving Least Squares Problems", 1974, chapter 23.
/// </remarks>
internal static class NonNegativeLeastSquares
{
    /// <summary>The x [k]; <paramref name="columns"/> [k][n], <paramref name="right"/> [n], each row counted with its <paramref name="weights"/> [n].</summary>
    public static double[] Solve(double[][] columns, double[] right, double[] weights)
    {
        int k = columns.Length, n = right.Length;
        var gram = new double[k, k];
        var target = new double[k];
        var length = new double[k];
        for (int i = 0; i < k; i++)
        {
            for (int t = 0; t < n; t++) length[i] += weights[t] * columns[i][t] * columns[i][t];
            length[i] = length[i] > 0 ? Math.Sqrt(length[i]) : 1;
        }
        for (int i = 0; i < k; i++)
        {
            for (int j = 0; j < k; j++)
            {
                for (int t = 0; t < n; t++) gram[i, j] += weights[t] * columns[i][t] * columns[j][t] / (length[i] * length[j]);
            }
            for (int t = 0; t < n; t++) target[i] += weights[t] * columns[i][t] * right[t] / length[i];
        }
        var x = new double[k];
        var used = new bool[k];
        double tolerance = 1e-12 * target.Max(Math.Abs);
        for (int round = 0; round < 10 * k; round++)
        {
            int enter = -1;
            double steepest = tolerance;
            for (int i = 0; i < k; i++)
            {
                if (used[i]) continue;
                double slope = target[i];
                for (int j = 0; j < k; j++) slope -= gram[i, j] * x[j];
                if (slope > steepest) (steepest, enter) = (slope, i);
            }
            if (enter < 0) break;
            used[enter] = true;
            while (true)
            {
                double[]? point = Point(gram, target, used);
                if (point is null)
                {
                    used[enter] = false;
                    return Unscaled(x, length);
                }
                double step = 1;
                for (int i = 0; i < k; i++)
                {
                    if (used[i] && point[i] <= 0) step = Math.Min(step, x[i] / (x[i] - point[i]));
                }
                bool whole = true;
                for (int i = 0; i < k; i++)
                {
                    if (!used[i]) continue;
                    x[i] += step * (point[i] - x[i]);
                    if (point[i] > 0 || x[i] > 1e-15) continue;
                    (x[i], used[i], whole) = (0, false, false);
                }
                if (whole) break;
            }
        }
        return Unscaled(x, length);
    }

    private static double[] Unscaled(double[] x, double[] length) => [.. x.Select((v, i) => v / length[i])];

    // The least squares point of the used columns, by Cholesky; null if they hang on one another.
    private static double[]? Point(double[,] gram, double[] target, bool[] used)
    {
        int[] set = [.. Enumerable.Range(0, used.Length).Where(i => used[i])];
        int m = set.Length;
        var root = new double[m, m];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = gram[set[i], set[j]];
                for (int l = 0; l < j; l++) sum -= root[i, l] * root[j, l];
                if (i == j && sum <= 1e-13) return null;
                root[i, j] = i == j ? Math.Sqrt(sum) : sum / root[j, j];
            }
        }
        var y = new double[m];
        for (int i = 0; i < m; i++)
        {
            double sum = target[set[i]];
            for (int l = 0; l < i; l++) sum -= root[i, l] * y[l];
            y[i] = sum / root[i, i];
        }
        var point = new double[used.Length];
        for (int i = m - 1; i >= 0; i--)
        {
            double sum = y[i];
            for (int l = i + 1; l < m; l++) sum -= root[l, i] * point[set[l]];
            point[set[i]] = sum / root[i, i];
        }
        return point;
    }
}
