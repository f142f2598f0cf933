namespace Equipoise.Benchmarks;

/// <summary>Figures of series of measurements. NaN is left out.</summary>
internal static class Statistics
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(v => !double.IsNaN(v)).Order()];
        if (sorted.Length == 0) return double.NaN;
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>How far apart two numbers are, beside the greater of them; 0 if both are 0.</summary>
    public static double RelativeDifference(double a, double b)
    {
        double size = Math.Max(Math.Abs(a), Math.Abs(b));
        return size == 0 ? 0 : Math.Abs(a - b) / size;
    }

    /// <summary>The exponent e of y = c × x^e that fits best: the slope of log y over log x by least squares. NaN for fewer than two points.</summary>
    public static double Exponent(IReadOnlyList<(double X, double Y)> points)
    {
        var logs = points.Where(p => p.X > 0 && p.Y > 0).Select(p => (X: Math.Log(p.X), Y: Math.Log(p.Y))).ToArray();
        if (logs.Length < 2) return double.NaN;
        double x = logs.Average(p => p.X), y = logs.Average(p => p.Y);
        return logs.Sum(p => (p.X - x) * (p.Y - y)) / logs.Sum(p => (p.X - x) * (p.X - x));
    }
}
