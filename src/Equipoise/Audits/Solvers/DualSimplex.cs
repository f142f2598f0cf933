namespace Equipoise.Audits.Solvers;

/// <summary>Exact solution of a linear program of few variables and many inequalities: min c·x over x ≥ 0 with A·x ≤ b, where c ≥ 0.</summary>
/// <remarks>
/// Dual simplex on the condensed tableau [rows + 1, columns + 1], from x = 0; since c ≥ 0, that vertex is dual feasible and no first phase is needed. O(pivots × rows × columns).
/// The row that is broken most leaves; of equal ratios the lowest column enters.
/// </remarks>
internal sealed class DualSimplex
{
    private const double Tolerance = 1e-7;
    private const int MostPivots = 2000;
    private readonly int _rows, _columns;
    private readonly double[] _table;                 // [rows + 1, columns + 1]: the last row is the cost, the last column the right side
    private readonly int[] _basic, _free;             // variables 0 .. columns - 1 are x, further ones the slacks

    /// <summary>Makes the tableau; <paramref name="a"/> is [rows, columns], row by row.</summary>
    public DualSimplex(double[] a, double[] b, double[] c)
    {
        (_rows, _columns) = (b.Length, c.Length);
        int width = _columns + 1;
        _table = new double[(_rows + 1) * width];
        for (int r = 0; r < _rows; r++)
        {
            a.AsSpan(r * _columns, _columns).CopyTo(_table.AsSpan(r * width));
            _table[(r * width) + _columns] = b[r];
        }
        c.CopyTo(_table.AsSpan(_rows * width));
        _basic = [.. Enumerable.Range(_columns, _rows)];
        _free = [.. Enumerable.Range(0, _columns)];
    }

    /// <summary>The x [columns]; null if no point satisfies the inequalities.</summary>
    public double[]? Solve()
    {
        int width = _columns + 1;
        for (int turn = 0; turn < MostPivots; turn++)
        {
            int leave = -1;
            double least = -Tolerance;
            for (int r = 0; r < _rows; r++)
            {
                double right = _table[(r * width) + _columns];
                if (right < least) (least, leave) = (right, r);
            }
            if (leave < 0) return Point(width);
            int enter = -1;
            double best = double.PositiveInfinity;
            for (int j = 0; j < _columns; j++)
            {
                double entry = _table[(leave * width) + j];
                if (entry >= -1e-11) continue;
                double ratio = Math.Max(0, _table[(_rows * width) + j]) / -entry;
                if (ratio < best) (best, enter) = (ratio, j);
            }
            if (enter < 0) return null;
            Pivot(leave, enter, width);
        }
        return null;
    }

    private double[] Point(int width)
    {
        var x = new double[_columns];
        for (int r = 0; r < _rows; r++)
        {
            if (_basic[r] < _columns) x[_basic[r]] = Math.Max(0, _table[(r * width) + _columns]);
        }
        return x;
    }

    private void Pivot(int row, int column, int width)
    {
        var pivot = _table.AsSpan(row * width, width);
        double inverse = 1 / pivot[column];
        for (int j = 0; j < width; j++) pivot[j] *= inverse;
        pivot[column] = inverse;
        for (int r = 0; r <= _rows; r++)
        {
            if (r == row) continue;
            var other = _table.AsSpan(r * width, width);
            double factor = other[column];
            if (factor == 0) continue;
            other[column] = 0;
            for (int j = 0; j < width; j++) other[j] -= factor * pivot[j];
        }
        (_basic[row], _free[column]) = (_free[column], _basic[row]);
    }
}
