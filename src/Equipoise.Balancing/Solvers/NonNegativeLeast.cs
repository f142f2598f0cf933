namespace Equipoise.Balancing;

/// <summary>Exact minimum of ½ sᵀ A s + bᵀ s over s ≥ 0, with A symmetric and positive semidefinite, its diagonal positive.</summary>
/// <remarks>
/// First all variables of the wrong sign change sides at once, as long as fewer are wrong each time: mostly three or four rounds. Where that fails, or the free ones nearly depend on one another,
/// an active set: free the variable whose gradient is most negative, solve for the free ones, and go back to the first that would turn negative. In variables scaled
/// to a unit diagonal, so that sizes do not matter. Conditions at the end: s ≥ 0, A s + b ≥ 0, sᵀ (A s + b) = 0.
/// Source: Lawson and Hanson, "Solving Least Squares Problems", 1974, chapter 23, restated on the normal equations; Portugal, Júdice and Vicente, "A comparison of block pivoting and interior-point algorithms for linear least squares problems
/// with nonnegative variables", 1994.
/// </remarks>
internal sealed class NonNegativeLeast(int size)
{
    private const int Patience = 3;
    private const double WellConditioned = 1e-10;              // least pivot, of a diagonal of 1
    private readonly double[] _scale = new double[size], _b = new double[size], _t = new double[size], _next = new double[size];
    private readonly double[] _a = new double[size * size], _factor = new double[size * size];
    private readonly int[] _free = new int[size];
    private readonly bool[] _isFree = new bool[size];
    private int _count;

    /// <summary>Writes s [n].</summary>
    public void Solve(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> s)
    {
        int n = s.Length;
        double largest = 0;
        for (int i = 0; i < n; i++) _scale[i] = 1 / Math.Sqrt(a[(i * n) + i]);
        for (int i = 0; i < n; i++)
        {
            _b[i] = b[i] * _scale[i];
            largest = Math.Max(largest, Math.Abs(_b[i]));
            _t[i] = 0;
            for (int j = 0; j < n; j++) _a[(i * n) + j] = i == j ? 1 : a[(i * n) + j] * _scale[i] * _scale[j];
        }

        if (!Exchange(n, largest))
        {
            Array.Clear(_t);
            _count = 0;
            for (int round = 0; round < 64 * (n + 1) && Free(n, largest); round++)
            {
            }
        }

        for (int i = 0; i < n; i++) s[i] = _t[i] * _scale[i];
    }

    private bool Exchange(int n, double largest)
    {
        for (int i = 0; i < n; i++) _isFree[i] = _b[i] < 0;
        for (int best = n + 1, patience = Patience; patience > 0;)
        {
            _count = 0;
            for (int i = 0; i < n; i++)
            {
                _t[i] = 0;
                if (_isFree[i]) _free[_count++] = i;
            }

            if (!SolveFree(n, WellConditioned)) return false;
            for (int i = 0; i < _count; i++) _t[_free[i]] = _next[i];
            int wrong = 0;
            for (int i = 0; i < n; i++)
            {
                if (_isFree[i] ? _t[i] >= 0 : Gradient(n, i, largest) >= 0) continue;
                _isFree[i] = !_isFree[i];
                wrong++;
            }

            if (wrong == 0) return true;
            patience = wrong < best ? Patience : patience - 1;
            best = Math.Min(best, wrong);
        }

        return false;
    }

    // 0 where only rounding makes it negative.
    private double Gradient(int n, int i, double largest)
    {
        double gradient = _b[i], size = Math.Abs(_b[i]);
        var row = _a.AsSpan(i * n, n);
        for (int k = 0; k < _count; k++)
        {
            int j = _free[k];
            double term = row[j] * _t[j];
            gradient += term;
            size += Math.Abs(term);
        }

        return gradient >= -1e-15 * n * Math.Max(size, largest * 1e-3) ? 0 : gradient;
    }

    private bool Free(int n, double largest)
    {
        int worst = -1;
        double least = 0;
        for (int i = 0; i < n; i++)
        {
            if (_t[i] > 0) continue;
            double gradient = Gradient(n, i, largest);
            if (gradient >= least) continue;
            least = gradient;
            worst = i;
        }

        if (worst < 0 || _count == n) return false;
        _free[_count++] = worst;
        return Descend(n);
    }

    // The minimum over the free ones, the others being 0.
    private bool SolveFree(int n, double smallest)
    {
        for (int i = 0; i < _count; i++)
        {
            _next[i] = -_b[_free[i]];
            for (int j = 0; j <= i; j++) _factor[(i * _count) + j] = _a[(_free[i] * n) + _free[j]];
        }

        if (!Cholesky.Factor(_factor, _count, smallest)) return false;
        Cholesky.Solve(_factor, _count, _next);
        return true;
    }

    private bool Descend(int n)
    {
        while (_count > 0)
        {
            if (!SolveFree(n, 1e-15))
            {
                _count--;                                      // the last one depends on the others: the value cannot fall further
                return false;
            }

            double step = 1;
            int blocking = -1;
            for (int i = 0; i < _count; i++)
            {
                double now = _t[_free[i]];
                if (_next[i] > 0) continue;
                double fraction = now == 0 ? 0 : now / (now - _next[i]);
                if (fraction >= step && blocking >= 0) continue;
                step = fraction;
                blocking = i;
            }

            bool stuck = blocking == _count - 1 && step == 0;
            int kept = 0;
            for (int i = 0; i < _count; i++)
            {
                int at = _free[i];
                _t[at] = i == blocking ? 0 : step == 1 ? _next[i] : _t[at] + (step * (_next[i] - _t[at]));
                if (_t[at] > 0) _free[kept++] = at;
                else _t[at] = 0;
            }

            bool all = blocking < 0;
            _count = kept;
            if (all) return true;
            if (stuck) return false;                           // only rounding made the new one look better
        }

        return true;
    }
}
