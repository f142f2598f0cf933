using System.Globalization;

namespace Equipoise.Benchmarks;

/// <summary>What we want the ratio of PyTorch's time to ours to be, both at their best number of threads: what must be reached, what is ambitious, and what is near the limit of the machine.</summary>
internal sealed record Goal(double Must, double Ambitious, double Moonshot)
{
    private static readonly Dictionary<(string Workload, int Batch), Goal> _all = new()
    {
        [("W1", 32)] = new(8, 12, 18),
        [("W1", 256)] = new(5, 8, 10),
        [("W1", 1024)] = new(3, 4.5, 5.5),
        [("W2", 32)] = new(4.5, 8, 12),
        [("W2", 256)] = new(2.5, 4, 6),
        [("W3", 32)] = new(4, 6.5, 10),
        [("W3", 256)] = new(3.5, 5.5, 8),
        [("W4", 32)] = new(7, 13, 20),
        [("W4", 256)] = new(6, 10, 14),
        [("W5", 32)] = new(2.2, 3.3, 4.5),
        [("W5", 256)] = new(1.5, 2, 2.5),
    };

    public static Goal? Of(string workload, int batch) => _all.GetValueOrDefault((workload, batch));

    /// <summary>A goal and how much of it is reached: <c>12: 78 %</c>.</summary>
    public static string Distance(double goal, double reached)
        => double.IsNaN(reached) ? goal.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{goal}: {100 * reached / goal:F0} %");
}
