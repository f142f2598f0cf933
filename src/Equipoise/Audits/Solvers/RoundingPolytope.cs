namespace Equipoise.Audits.Solvers;

/// <summary>All fixed weights w ≥ 0 with which every line of a log can be true, given how its figures were rounded.</summary>
/// <remarks>
/// Line t says T = Σ wᵢ·Lᵢ for some T within ± hT and Lᵢ within ± hᵢ of what is printed. For w ≥ 0 that is Σ wᵢ·(Lᵢ − hᵢ) ≤ T + hT and Σ wᵢ·(Lᵢ + hᵢ) ≥ T − hT: linear in w, so the set is a polytope and
/// the least and the greatest value of each weight is a linear program. The intervals are exact: no weight outside can have made the log, and each end is reached by some weights that could. A free column
/// (<see cref="AuditData.Start"/>) counts with both signs. Of long logs the lines that matter are found by cutting planes.
/// </remarks>
internal sealed class RoundingPolytope
{
    private const int FirstRows = 300, MoreRows = 100, Rounds = 40;
    private const double Far = 1e5;                   // a weight that makes its part so many times the total is told as unbounded
    private readonly AuditData _data;
    private readonly int _columns;
    private readonly double[] _scale;
    private readonly List<int> _rows;
    private readonly bool[] _taken;

    public RoundingPolytope(AuditData data)
    {
        _data = data;
        _columns = data.Count + (data.Start is null ? 0 : 2);
        double total = data.Scale;
        _scale = new double[_columns];
        for (int i = 0; i < _columns; i++) _scale[i] = i < data.Count ? total / data.Size(i) : total;
        int first = Math.Min(data.Rows, FirstRows);
        _rows = [.. Enumerable.Range(0, first).Select(i => first == 1 ? 0 : (int)((long)i * (data.Rows - 1) / (first - 1)))];
        _taken = new bool[data.Rows];
        foreach (int row in _rows) _taken[row] = true;
    }

    /// <summary>Whether any weights are possible.</summary>
    public bool IsEmpty => Extreme(0, false) is null;

    /// <summary>The least and greatest possible value of a weight; null if no weights are possible. The greatest is infinite if nothing bounds it.</summary>
    public (double Least, double Greatest)? Interval(int part)
    {
        if (Extreme(part, false) is not { } least || Extreme(part, true) is not { } greatest) return null;
        double high = greatest[part] >= 0.999 * Far ? double.PositiveInfinity : greatest[part] * _scale[part];
        return (Math.Max(0, least[part]) * _scale[part], high);
    }

    /// <summary>Weights that are possible, in the middle: the mean of all extreme points found; null if there are none.</summary>
    public double[]? Middle()
    {
        var sum = new double[_data.Count];
        for (int i = 0; i < _data.Count; i++)
        {
            foreach (bool most in (ReadOnlySpan<bool>)[false, true])
            {
                if (Extreme(i, most) is not { } point) return null;
                for (int j = 0; j < sum.Length; j++) sum[j] += point[j] * _scale[j] / (2 * _data.Count);
            }
        }
        return sum;
    }

    // The scaled point with the least or greatest weight of a part; null if the polytope is empty.
    private double[]? Extreme(int part, bool greatest)
    {
        double[]? point = null;
        for (int round = 0; round < Rounds; round++)
        {
            point = Solve(part, greatest);
            if (point is null || _rows.Count == _data.Rows) return point;
            (int Row, double By)[] broken = [.. Enumerable.Range(0, _data.Rows).Where(t => !_taken[t]).Select(t => (Row: t, By: Excess(t, point))).Where(e => e.By > 1e-6)];
            if (broken.Length == 0) return point;
            foreach (var (row, _) in broken.OrderByDescending(e => e.By).Take(MoreRows))
            {
                _taken[row] = true;
                _rows.Add(row);
            }
        }
        return point;
    }

    private double[]? Solve(int part, bool greatest)
    {
        int n = 2 * _rows.Count;
        var a = new double[n * _columns];
        var b = new double[n];
        for (int r = 0; r < _rows.Count; r++)
        {
            Row(_rows[r], a.AsSpan(2 * r * _columns, _columns), out b[2 * r], upper: true);
            Row(_rows[r], a.AsSpan(((2 * r) + 1) * _columns, _columns), out b[(2 * r) + 1], upper: false);
        }
        var cost = new double[_columns];
        cost[part] = 1;
        if (greatest)
        {
            // x = Far − x', so that the greatest x is the least x'.
            for (int r = 0; r < n; r++)
            {
                b[r] -= a[(r * _columns) + part] * Far;
                a[(r * _columns) + part] *= -1;
            }
        }
        double[]? point = new DualSimplex(a, b, cost).Solve();
        if (point is not null && greatest) point[part] = Math.Max(0, Far - point[part]);
        return point;
    }

    // One side of a line's condition, in units of the total's half width.
    private void Row(int t, Span<double> a, out double b, bool upper)
    {
        double unit = 1 / Math.Max(_data.TotalHalf[t], 1e-12 * _data.Scale), sign = upper ? 1 : -1;
        for (int i = 0; i < _data.Count; i++) a[i] = unit * ((sign * _data.Parts[i][t]) - _data.PartHalves[i][t]) * _scale[i];
        if (_data.Start is { } start)
        {
            a[_data.Count] = unit * sign * start[t] * _scale[_data.Count];
            a[_data.Count + 1] = -a[_data.Count];
        }
        b = unit * ((sign * _data.Total[t]) + _data.TotalHalf[t]);
    }

    private double Excess(int t, double[] point)
    {
        Span<double> a = stackalloc double[_columns];
        double worst = 0;
        foreach (bool upper in (ReadOnlySpan<bool>)[true, false])
        {
            Row(t, a, out double b, upper);
            double sum = -b;
            for (int i = 0; i < _columns; i++) sum += a[i] * point[i];
            worst = Math.Max(worst, sum);
        }
        return worst;
    }
}
