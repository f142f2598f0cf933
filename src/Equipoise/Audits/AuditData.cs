namespace Equipoise.Audits;

/// <summary>The rows of a table that have the total and all parts, as arrays: n rows, k parts.</summary>
internal sealed class AuditData
{
    public required string[] Names { get; init; }

    /// <summary>The total [n].</summary>
    public required double[] Total { get; init; }

    /// <summary>Half widths of the total [n].</summary>
    public required double[] TotalHalf { get; init; }

    /// <summary>The parts [k][n].</summary>
    public required double[][] Parts { get; init; }

    /// <summary>Half widths of the parts [k][n].</summary>
    public required double[][] PartHalves { get; init; }

    /// <summary>Variances of the rounding of the total [n]: h²/3, less where rounded figures were averaged.</summary>
    public double[] TotalVariance { get => field ??= Variances(TotalHalf); init; }

    /// <summary>Variances of the rounding of the parts [k][n].</summary>
    public double[][] PartVariances { get => field ??= [.. PartHalves.Select(Variances)]; init; }

    /// <summary>First rows of the segments over which running means run: epochs, where an epoch has several rows.</summary>
    public required bool[] Begins { get; init; }

    /// <summary>ln |∂ total / ∂ total as printed|: not 0 where the total was transformed.</summary>
    public double LogJacobian { get; init; }

    /// <summary>A column that comes in with any factor of either sign [n]; null without one.</summary>
    public double[]? Start { get; init; }

    public int Rows => Total.Length;

    public int Count => Parts.Length;

    private static double[] Variances(double[] halves) => [.. halves.Select(h => h * h / 3)];

    /// <summary>Root mean square of the total, or of the sum of the parts if that is far larger (totals with logarithms pass through 0).</summary>
    public double Scale
    {
        get
        {
            double total = 0, sum = 0;
            for (int t = 0; t < Rows; t++)
            {
                total += Total[t] * Total[t];
                double row = 0;
                for (int i = 0; i < Count; i++) row += Parts[i][t];
                sum += row * row;
            }
            double scale = Math.Max(Math.Sqrt(total / Math.Max(1, Rows)), 0.1 * Math.Sqrt(sum / Math.Max(1, Rows)));
            return scale > 0 ? scale : 1;
        }
    }

    /// <summary>Root mean square of a part; 1 if it is zero throughout.</summary>
    public double Size(int part)
    {
        double sum = 0;
        foreach (double value in Parts[part]) sum += value * value;
        return sum > 0 ? Math.Sqrt(sum / Rows) : 1;
    }

    /// <summary>The rows that are whole, and which rows of the table they are.</summary>
    public static (AuditData Data, int[] Rows) Of(LogTable table, ColumnRoles roles)
    {
        int total = table.IndexOf(roles.Total);
        int[] columns = [.. roles.Parts.Select(table.IndexOf)];
        int[] rows = [.. Enumerable.Range(0, table.Rows.Count).Where(r => double.IsFinite(table.Rows[r].Values[total]) && columns.All(c => double.IsFinite(table.Rows[r].Values[c])))];
        bool severalRows = rows.GroupBy(r => table.Rows[r].Epoch).Any(g => g.Count() > 1);
        var begins = new bool[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            var row = table.Rows[rows[i]];
            begins[i] = i == 0 || (severalRows && (row.Epoch != table.Rows[rows[i - 1]].Epoch || row.Step < table.Rows[rows[i - 1]].Step));
        }
        double[] Column(int c) => [.. rows.Select(r => table.Rows[r].Values[c])];
        double[] Halves(int c) => [.. rows.Select(r => table.Rows[r].Halves[c])];
        return (new AuditData
        {
            Names = [.. roles.Parts], Total = Column(total), TotalHalf = Halves(total), Parts = [.. columns.Select(Column)], PartHalves = [.. columns.Select(Halves)], Begins = begins,
        }, rows);
    }

    /// <summary>The data with some of the parts.</summary>
    public AuditData Selected(int[] kept) => kept.Length == Count ? this : new AuditData
    {
        Names = [.. kept.Select(i => Names[i])], Total = Total, TotalHalf = TotalHalf, Parts = [.. kept.Select(i => Parts[i])], PartHalves = [.. kept.Select(i => PartHalves[i])],
        PartVariances = [.. kept.Select(i => PartVariances[i])], TotalVariance = TotalVariance, Begins = Begins, LogJacobian = LogJacobian, Start = Start,
    };

    /// <summary>How far the total of a row is from Σ weight × part, and how far rounding can put it.</summary>
    public (double Gap, double Room) Line(double[] weights, int row)
    {
        double gap = Total[row], room = TotalHalf[row];
        for (int i = 0; i < weights.Length; i++)
        {
            gap -= weights[i] * Parts[i][row];
            room += Math.Abs(weights[i]) * PartHalves[i][row];
        }
        return (gap, room);
    }

    /// <summary>Whether the total of every row is Σ weight × part within the rounding.</summary>
    public bool Holds(double[] weights)
    {
        for (int t = 0; t < Rows; t++)
        {
            var (gap, room) = Line(weights, t);
            if (Math.Abs(gap) > room * (1 + 1e-9)) return false;
        }
        return true;
    }

    /// <summary>At most so many rows, evenly spread, first and last among them. What was a running mean before stays one: thin afterwards.</summary>
    public AuditData Thinned(int most)
    {
        if (Rows <= most) return this;
        int[] keep = [.. Enumerable.Range(0, most).Select(i => (int)((long)i * (Rows - 1) / (most - 1)))];
        double[] Take(double[] column) => [.. keep.Select(r => column[r])];
        return new AuditData
        {
            Names = Names, Total = Take(Total), TotalHalf = Take(TotalHalf), Parts = [.. Parts.Select(Take)], PartHalves = [.. PartHalves.Select(Take)], Begins = [.. keep.Select(r => Begins[r])],
            TotalVariance = Take(TotalVariance), PartVariances = [.. PartVariances.Select(Take)],
            LogJacobian = LogJacobian * most / Rows, Start = Start is null ? null : Take(Start),
        };
    }
}
