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
    public AuditData Apply(AuditData data) => Kind switch
    {
        AveragingKind.RunningTotal => With(data, data.Total, data.TotalHalf, [.. data.Parts.Select(p => Running(p, data.Begins))], [.. data.PartHalves.Select(p => Running(p, data.Begins))], 0, null),
        AveragingKind.RunningParts => With(data, Running(data.Total, data.Begins), Running(data.TotalHalf, data.Begins), data.Parts, data.PartHalves, RunningJacobian(data.Begins), null),
        AveragingKind.MovingTotal => With(data, data.Total, data.TotalHalf, [.. data.Parts.Select(Moving)], [.. data.PartHalves.Select(Moving)], 0, Powers(data.Rows)),
        AveragingKind.MovingParts => With(data, Moving(data.Total), Moving(data.TotalHalf), data.Parts, data.PartHalves, (data.Rows - 1) * Math.Log(1 - Decay), Powers(data.Rows)),
        _ => data,
    };

    private static AuditData With(AuditData data, double[] total, double[] totalHalf, double[][] parts, double[][] partHalves, double jacobian, double[]? start) => new()
    {
        Names = data.Names, Total = total, TotalHalf = totalHalf, Parts = parts, PartHalves = partHalves, Begins = data.Begins, LogJacobian = jacobian, Start = start,
    };

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

    private double[] Moving(double[] column)
    {
        var means = new double[column.Length];
        for (int t = 0; t < means.Length; t++) means[t] = t == 0 ? column[0] : (Decay * means[t - 1]) + ((1 - Decay) * column[t]);
        return means;
    }

    private double[] Powers(int rows)
    {
        var powers = new double[rows];
        for (int t = 0; t < rows; t++) powers[t] = Math.Pow(Decay, t);
        return powers;
    }
}
