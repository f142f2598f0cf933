namespace Equipoise.Sweeps;

/// <summary>The least value of a function of few numbers, without slopes: a simplex that moves and shrinks.</summary>
/// <remarks>Reflection 1, expansion 2, contraction and shrinkage 1/2. A value that is no number counts as infinite. Source: Nelder and Mead, "A simplex method for function minimization", 1965.</remarks>
internal static class NelderMead
{
    /// <summary>The best point that was found.</summary>
    /// <param name="function">The function.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="size">How far the other corners of the first simplex are from it.</param>
    /// <param name="evaluations">After how many evaluations to stop, at the latest.</param>
    /// <param name="tolerance">It stops when the values of the corners differ by less.</param>
    public static double[] Least(Func<double[], double> function, double[] start, double size, int evaluations, double tolerance)
    {
        int width = start.Length, left = evaluations;
        double Value(double[] x)
        {
            left--;
            double value = function(x);
            return double.IsNaN(value) ? double.PositiveInfinity : value;
        }
        var corners = new List<(double[] X, double Value)> { (start, Value(start)) };
        for (int d = 0; d < width; d++)
        {
            double[] corner = [.. start];
            corner[d] += size;
            corners.Add((corner, Value(corner)));
        }
        while (true)
        {
            // A stable order, so that equal values do not change places.
            corners = [.. corners.OrderBy(c => c.Value)];
            if (left <= 0 || corners[^1].Value - corners[0].Value < tolerance) return corners[0].X;
            double[] centre = [.. Enumerable.Range(0, width).Select(d => corners.Take(width).Average(c => c.X[d]))], worst = corners[^1].X;
            (double[] X, double Value) At(double share)
            {
                double[] x = [.. Enumerable.Range(0, width).Select(d => centre[d] + (share * (worst[d] - centre[d])))];
                return (x, Value(x));
            }
            var moved = At(-1);
            if (moved.Value < corners[0].Value && At(-2) is var further && further.Value < moved.Value) moved = further;
            if (moved.Value >= corners[^2].Value) moved = moved.Value < corners[^1].Value ? At(-0.5) : At(0.5);
            if (moved.Value < corners[^1].Value)
            {
                corners[^1] = moved;
                continue;
            }
            double[] best = corners[0].X;
            for (int i = 1; i <= width; i++)
            {
                double[] x = [.. corners[i].X.Zip(best, (a, b) => (a + b) / 2)];
                corners[i] = (x, Value(x));
            }
        }
    }
}
