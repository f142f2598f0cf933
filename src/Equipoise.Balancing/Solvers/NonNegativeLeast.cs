namespace Equipoise.Balancing;

/// <summary>Exact minimum of ½ sᵀ A s + bᵀ s over s ≥ 0, with A symmetric and positive semidefinite, its diagonal positive.</summary>
/// <remarks>
/// Active set: free the variable whose gradient is most negative, solve for the free ones, and go back to the first that would turn negative. In variables scaled
/// to a unit diagonal, so that sizes do not matter. Conditions at the end: s ≥ 0, A s + b ≥ 0, sᵀ (A s + b) = 0.
/// Source: Lawson and Hanson, "Solving Least Squares Problems", 1974, chapter 23, restated on the normal equations.
/// </remarks>
internal sealed class NonNegativeLeast(int size)
{
    private readonly double[] _scale = new double[size], _b = new double[size], _t = new double[size], _next = new double[size];
    private readonly double[] _a = new double[size * size], _factor = new double[size * size];
    private readonly int[] _free = new int[size];
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

        _count = 0;
        for (int round = 0; round < 64 * (n + 1) && Free(n, largest); round++)
        {
        }

        for (int i = 0; i < n; i++) s[i] = _t[i] * _scale[i];
    }

    private bool Free(int n, double largest)
    {
        int worst = -1;
        double least = 0;
        for (int i = 0; i < n; i++)
        {
            if (_t[i] > 0) continue;
            double gradient = _b[i], size = Math.Abs(_b[i]);
            for (int j = 0; j < n; j++)
            {
                double term = _a[(i * n) + j] * _t[j];
                gradient += term;
                size += Math.Abs(term);
            }

            if (gradient >= -1e-15 * n * Math.Max(size, largest * 1e-3) || gradient >= least) continue;
            least = gradient;
            worst = i;
        }

        if (worst < 0 || _count == n) return false;
        _free[_count++] = worst;
        return Descend(n);
    }

    private bool Descend(int n)
    {
        while (_count > 0)
        {
            for (int i = 0; i < _count; i++)
            {
                _next[i] = -_b[_free[i]];
                for (int j = 0; j < _count; j++) _factor[(i * _count) + j] = _a[(_free[i] * n) + _free[j]];
            }

            if (!Cholesky.Factor(_factor, _count, 1e-15))
            {
                _count--;                                      // the last one depends on the others: the value cannot fall further
                return false;
            }

            Cholesky.Solve(_factor, _count, _next);
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
