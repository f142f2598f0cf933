namespace Equipoise.Balancing;

/// <summary>What the inner products of the gradients [n, n] say about how outputs get along. All in double; a zero gradient gives NaN where a direction is asked for.</summary>
public static class GramianDiagnostics
{
    /// <summary>Cosine of the angle of two gradients: 1 the same direction, below 0 a conflict.</summary>
    public static double Cosine(ReadOnlySpan<double> gramian, int tasks, int first, int second)
        => At(gramian, tasks, first, second) / Math.Sqrt(At(gramian, tasks, first, first)) / Math.Sqrt(At(gramian, tasks, second, second));

    /// <summary>2 ‖a‖ ‖b‖ / (‖a‖² + ‖b‖²): 1 for equal lengths, towards 0 when one rules. Source: Yu et al., "Gradient Surgery for Multi-Task Learning", 2020, definition 2.</summary>
    public static double MagnitudeSimilarity(ReadOnlySpan<double> gramian, int tasks, int first, int second)
    {
        double a = At(gramian, tasks, first, first), b = At(gramian, tasks, second, second);
        return 2 * Math.Sqrt(a) * Math.Sqrt(b) / (a + b);
    }

    /// <summary>(1 − cos²) ‖a − b‖² / ‖a + b‖²: the curvature from which cutting off conflicts helps. Source: Yu et al., 2020, definition 3.</summary>
    public static double CurvatureBound(ReadOnlySpan<double> gramian, int tasks, int first, int second)
    {
        double cosine = Cosine(gramian, tasks, first, second), product = 2 * At(gramian, tasks, first, second);
        double squares = At(gramian, tasks, first, first) + At(gramian, tasks, second, second);
        return (1 - (cosine * cosine)) * (squares - product) / (squares + product);
    }

    /// <summary>Singular values of the gradients stacked as rows, largest first: the roots of the Gramian's eigenvalues [n].</summary>
    public static double[] SingularValues(ReadOnlySpan<double> gramian, int tasks)
    {
        var eigen = new SymmetricEigen(tasks);
        eigen.Decompose(gramian, tasks);
        double[] values = [.. eigen.Values];
        for (int i = 0; i < values.Length; i++) values[i] = Math.Sqrt(Math.Max(values[i], 0));
        Array.Sort(values);
        Array.Reverse(values);
        return values;
    }

    /// <summary>Largest singular value / smallest; infinite when the gradients depend on each other.</summary>
    public static double ConditionNumber(ReadOnlySpan<double> gramian, int tasks)
    {
        var values = SingularValues(gramian, tasks);
        return values[0] / values[^1];
    }

    /// <summary>Writes (G w)_k [n]: how fast each loss falls, to first order, along the update Σ w g. A negative one is hurt by the update.</summary>
    public static void Decrease(ReadOnlySpan<double> gramian, ReadOnlySpan<double> weights, Span<double> decrease) => GramianMath.Multiply(gramian, weights, decrease);

    /// <summary>‖Σ w g‖.</summary>
    public static double UpdateNorm(ReadOnlySpan<double> gramian, ReadOnlySpan<double> weights) => Math.Sqrt(Math.Max(GramianMath.Quadratic(gramian, weights), 0));

    /// <summary>Length of the shortest convex combination of the gradients: 0 where no direction improves all outputs (Pareto-stationary).</summary>
    public static double MinimumNorm(ReadOnlySpan<double> gramian, int tasks) => Math.Sqrt(new MinimumNorm(tasks).Solve(gramian, new double[tasks]));

    private static double At(ReadOnlySpan<double> gramian, int tasks, int i, int j) => gramian[(i * tasks) + j];
}
