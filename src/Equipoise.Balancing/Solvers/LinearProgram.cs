namespace Equipoise.Balancing;

/// <summary>Exact solution of a small linear program: max cᵀ w over the simplex with A w ≥ b.</summary>
/// <remarks>Two-phase tableau simplex with Bland's rule, which cannot cycle. Rows are scaled to largest entry 1. Source: Bland, "New finite pivoting rules for the simplex method", 1977.</remarks>
internal sealed class LinearProgram(int size, int mostRows)
{
    // Columns: variables, one slack for each inequality, one artificial for each row, right side.
    private readonly double[] _table = new double[(mostRows + 2) * (size + (2 * mostRows) + 2)];
    private readonly int[] _basis = new int[mostRows + 1];

    /// <summary>Writes w [n]; false when no point satisfies the inequalities. <paramref name="a"/> is [rows, n], row by row.</summary>
    public bool Solve(ReadOnlySpan<double> c, ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> w)
    {
        int n = w.Length, rows = b.Length + 1, slacks = b.Length, artificials = n + slacks, width = artificials + rows + 1;
        var table = _table.AsSpan(0, (rows + 1) * width);
        table.Clear();
        for (int r = 0; r < rows; r++)
        {
            var row = table.Slice(r * width, width);
            double right = 1;
            if (r < slacks)
            {
                double largest = Math.Abs(b[r]);
                for (int i = 0; i < n; i++) largest = Math.Max(largest, Math.Abs(a[(r * n) + i]));
                double scale = largest > 0 ? 1 / largest : 1;
                for (int i = 0; i < n; i++) row[i] = a[(r * n) + i] * scale;
                row[n + r] = -1;
                right = b[r] * scale;
            }
            else
            {
                row[..n].Fill(1);
            }

            if (right < 0)
            {
                for (int i = 0; i < width; i++) row[i] = -row[i];
                right = -right;
            }

            row[width - 1] = right;
            row[artificials + r] = 1;
            _basis[r] = artificials + r;
        }

        var cost = table.Slice(rows * width, width);
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < width; i++) cost[i] -= table[(r * width) + i];
        }

        cost.Slice(artificials, rows).Clear();
        Pivot(table, rows, width, artificials);
        if (cost[width - 1] < -1e-9) return false;
        Leave(table, rows, width, artificials);
        Price(table, rows, width, artificials, c);
        Pivot(table, rows, width, artificials);
        w.Clear();
        for (int r = 0; r < rows; r++)
        {
            if (_basis[r] < n) w[_basis[r]] = Math.Max(table[(r * width) + width - 1], 0);
        }

        return true;
    }

    // Drives artificial variables out of the basis where there is anything to replace them.
    private void Leave(Span<double> table, int rows, int width, int artificials)
    {
        for (int r = 0; r < rows; r++)
        {
            if (_basis[r] < artificials) continue;
            for (int i = 0; i < artificials; i++)
            {
                if (Math.Abs(table[(r * width) + i]) <= 1e-9) continue;
                Turn(table, rows, width, r, i);
                break;
            }
        }
    }

    private void Price(Span<double> table, int rows, int width, int artificials, ReadOnlySpan<double> c)
    {
        var cost = table.Slice(rows * width, width);
        cost.Clear();
        double largest = 0;
        foreach (double value in c) largest = Math.Max(largest, Math.Abs(value));
        if (largest == 0) return;
        for (int i = 0; i < c.Length; i++) cost[i] = -c[i] / largest;
        for (int r = 0; r < rows; r++)
        {
            double factor = _basis[r] < c.Length ? cost[_basis[r]] : 0;
            if (factor == 0) continue;
            for (int i = 0; i < width; i++) cost[i] -= factor * table[(r * width) + i];
        }

        cost.Slice(artificials, rows).Clear();
    }

    private void Pivot(Span<double> table, int rows, int width, int columns)
    {
        for (int turn = 0; turn < 10_000; turn++)
        {
            int enter = -1;
            for (int i = 0; i < columns && enter < 0; i++)
            {
                if (table[(rows * width) + i] < -1e-11) enter = i;
            }

            if (enter < 0) return;
            int leave = -1;
            double least = double.PositiveInfinity;
            for (int r = 0; r < rows; r++)
            {
                double entry = table[(r * width) + enter];
                if (entry <= 1e-11) continue;
                double ratio = table[(r * width) + width - 1] / entry;
                if (ratio > least || (ratio == least && _basis[r] > _basis[leave])) continue;
                least = ratio;
                leave = r;
            }

            if (leave < 0) return;                             // cannot happen: the simplex is bounded
            Turn(table, rows, width, leave, enter);
        }
    }

    private void Turn(Span<double> table, int rows, int width, int row, int column)
    {
        var pivot = table.Slice(row * width, width);
        double inverse = 1 / pivot[column];
        for (int i = 0; i < width; i++) pivot[i] *= inverse;
        for (int r = 0; r <= rows; r++)
        {
            double factor = table[(r * width) + column];
            if (r == row || factor == 0) continue;
            for (int i = 0; i < width; i++) table[(r * width) + i] -= factor * pivot[i];
        }

        _basis[row] = column;
    }
}
