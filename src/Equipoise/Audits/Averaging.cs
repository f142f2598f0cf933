namespace Equipoise.Audits;

/// <summary>Which figures of a log are means over time, while the others stand for the moment.</summary>
/// <param name="Kind">What is averaged, and how.</param>
/// <param name="Decay">β of a moving average x̄ ← β·x̄ + (1 − β)·x; 0 otherwise.</param>
internal readonly record struct Averaging(AveragingKind Kind, double Decay = 0)
{
    private static readonly double[] Decays = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

    /// <summary>All that are tried, the plain one first.</summary>
    public static IEnumerable<Averaging> All()
    {
        yield return default;
        yield return new Averaging(AveragingKind.RunningTotal);
        yield return new Averaging(AveragingKind.RunningParts);
        foreach (double decay in Decays) yield return new Averaging(AveragingKind.MovingTotal, decay);
        foreach (double decay in Decays) yield return new Averaging(AveragingKind.MovingParts, decay);
    }

    /// <summary>
    /// The data in which total = Σ weight × part holds row by row, if this is how the log was made: what stands for the moment is averaged in the same way. Half widths are averaged along, which keeps
    /// them true bounds. A moving average begins at a value that is not known: the column <see cref="AuditData.Start"/>, β^t.
    /// </summary>
    public AuditData Apply(AuditData data)
    {
        if (Kind == AveragingKind.None) return data;
        bool running = Kind is AveragingKind.RunningTotal or AveragingKind.RunningParts;
        bool parts = Kind is AveragingKind.RunningTotal or AveragingKind.MovingTotal;        // whose moments are averaged here
        var begins = data.Begins;
        double decay = Decay;
        double[] Mean(double[] column) => running ? Running(column, begins) : Moving(column, decay);
        double[] Variance(double[] column) => running ? RunningVariance(column, begins) : MovingVariance(column, decay);
        return new AuditData
        {
            Names = data.Names, Begins = begins,
            Total = parts ? data.Total : Mean(data.Total), TotalHalf = parts ? data.TotalHalf : Mean(data.TotalHalf), TotalVariance = parts ? data.TotalVariance : Variance(data.TotalVariance),
            Parts = parts ? [.. data.Parts.Select(Mean)] : data.Parts, PartHalves = parts ? [.. data.PartHalves.Select(Mean)] : data.PartHalves,
            PartVariances = parts ? [.. data.PartVariances.Select(Variance)] : data.PartVariances,
            LogJacobian = parts ? 0 : running ? RunningJacobian(begins) : (data.Rows - 1) * Math.Log(1 - decay),
            Start = running ? null : Powers(data.Rows),
        };
    }

    private static double[] Running(double[] column, bool[] begins)
    {
        var means = new double[column.Length];
        double sum = 0;
        int count = 0;
        for (int t = 0; t < means.Length; t++)
        {
            if (begins[t]) (sum, count) = (0, 0);
            sum += column[t];
            means[t] = sum / ++count;
        }
        return means;
    }

    private static double RunningJacobian(bool[] begins)
    {
        double sum = 0;
        int count = 0;
        foreach (bool begin in begins)
        {
            count = begin ? 1 : count + 1;
            sum -= Math.Log(count);
        }
        return sum;
    }

    private static double[] RunningVariance(double[] column, bool[] begins)
    {
        double[] means = Running(column, begins);
        int count = 0;
        for (int t = 0; t < means.Length; t++)
        {
            count = begins[t] ? 1 : count + 1;
            means[t] /= count;
        }
        return means;
    }

    private static double[] Moving(double[] column, double decay)
    {
        var means = new double[column.Length];
        for (int t = 0; t < means.Length; t++) means[t] = t == 0 ? column[0] : (decay * means[t - 1]) + ((1 - decay) * column[t]);
        return means;
    }

    private static double[] MovingVariance(double[] column, double decay)
    {
        var means = new double[column.Length];
        for (int t = 0; t < means.Length; t++) means[t] = t == 0 ? column[0] : (decay * decay * means[t - 1]) + ((1 - decay) * (1 - decay) * column[t]);
        return means;
    }

    private double[] Powers(int rows)
    {
        var powers = new double[rows];
        for (int t = 0; t < rows; t++) powers[t] = Math.Pow(Decay, t);
        return powers;
    }
}
