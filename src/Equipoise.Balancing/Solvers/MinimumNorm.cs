namespace Equipoise.Balancing;

/// <summary>Exact minimum-norm point of the convex hull of the gradients: min over w on the simplex of wᵀ G w.</summary>
/// <remarks>
/// Active set on the unit gradients, so that lengths may differ by any factor: with C the cosines, a_i = min‖g‖ / ‖g_i‖ and w_i = a_i v_i it is min vᵀ C v, aᵀ v = 1, v ≥ 0.
/// First on all gradients, those of the wrong sign changing sides at once as long as fewer are wrong each time: mostly three or four rounds. Where that fails, or gradients nearly depend on one another,
/// start from the shortest gradient; add the gradient that violates (C v)_i ≥ a_i vᵀ C v most; move to the minimum on the affine hull of those chosen, found from
/// (C + a aᵀ) u = a, v = u / aᵀ u, dropping what turns negative on the way. Finite, since the value falls each time. Two gradients: the closed form.
/// Source: Wolfe, "Finding the nearest point in a polytope", 1976.
/// </remarks>
internal sealed class MinimumNorm(int size)
{
    private readonly double[] _norms = new double[size], _a = new double[size], _v = new double[size], _next = new double[size], _product = new double[size];
    private readonly double[] _cosines = new double[size * size], _factor = new double[size * size];
    private const int Patience = 3;
    private const double WellConditioned = 1e-10;              // least pivot
    private readonly int[] _chosen = new int[size];
    private readonly bool[] _isChosen = new bool[size];
    private int _count;

    /// <summary>Writes the weights [n], which sum to 1; returns the squared length of the point.</summary>
    public double Solve(ReadOnlySpan<double> gramian, Span<double> weights)
    {
        int n = weights.Length, shortest = 0;
        var norms = _norms.AsSpan(0, n);
        GramianMath.Norms(gramian, norms);
        for (int i = 1; i < n; i++)
        {
            if (norms[i] < norms[shortest]) shortest = i;
        }

        weights.Clear();
        if (n == 1 || norms[shortest] == 0)
        {
            weights[shortest] = 1;
            return norms[shortest] * norms[shortest];
        }

        if (n == 2) return Two(gramian, weights);
        Prepare(gramian, shortest);
        if (!Exchange(n))
        {
            Prepare(gramian, shortest);
            Search(n);
        }

        double sum = 0;
        for (int i = 0; i < n; i++) sum += _a[i] * _v[i];
        for (int i = 0; i < n; i++) weights[i] = _a[i] * _v[i] / sum;
        return Math.Max(GramianMath.Quadratic(gramian, weights), 0);
    }

    private static double Two(ReadOnlySpan<double> gramian, Span<double> weights)
    {
        double a = gramian[0], b = gramian[1], c = gramian[3];
        weights[0] = b >= a ? 1 : b >= c ? 0 : (c - b) / (c - b + (a - b));
        weights[1] = b >= a ? 0 : b >= c ? 1 : (a - b) / (c - b + (a - b));
        return b >= a ? a : b >= c ? c : Math.Max(((a * c) - (b * b)) / (c - b + (a - b)), 0);
    }

    private void Prepare(ReadOnlySpan<double> gramian, int shortest)
    {
        int n = (int)Math.Sqrt(gramian.Length);
        var norms = _norms.AsSpan(0, n);
        GramianMath.Cosines(gramian, norms, _cosines.AsSpan(0, n * n));
        for (int i = 0; i < n; i++) _a[i] = norms[shortest] / norms[i];
        _v.AsSpan(0, n).Clear();
        _v[shortest] = 1;
        _chosen[0] = shortest;
        _count = 1;
    }

    private bool Exchange(int n)
    {
        Array.Fill(_isChosen, true);
        for (int best = n + 1, patience = Patience; patience > 0;)
        {
            _count = 0;
            for (int i = 0; i < n; i++)
            {
                _v[i] = 0;
                if (_isChosen[i]) _chosen[_count++] = i;
            }

            if (_count == 0 || !SolveChosen(n, WellConditioned)) return false;
            for (int i = 0; i < _count; i++) _v[_chosen[i]] = _next[i];
            double value = Multiply(n, out double bound);
            int wrong = 0;
            for (int i = 0; i < n; i++)
            {
                if (_isChosen[i] ? _v[i] >= 0 : _product[i] - (_a[i] * value) >= bound) continue;
                _isChosen[i] = !_isChosen[i];
                wrong++;
            }

            if (wrong == 0) return true;
            patience = wrong < best ? Patience : patience - 1;
            best = Math.Min(best, wrong);
        }

        return false;
    }

    // C v, vᵀ C v, and what rounding leaves of (C v)_i.
    private double Multiply(int n, out double bound)
    {
        var v = _v.AsSpan(0, n);
        GramianMath.Multiply(_cosines.AsSpan(0, n * n), v, _product.AsSpan(0, n));
        double largest = 0;
        foreach (double entry in v) largest = Math.Max(largest, entry);
        bound = -1e-15 * n * largest;
        return GramianMath.Dot(_product.AsSpan(0, n), v);
    }

    // The minimum on the affine hull of the chosen.
    private bool SolveChosen(int n, double smallest)
    {
        var u = _next.AsSpan(0, _count);
        for (int i = 0; i < _count; i++)
        {
            u[i] = _a[_chosen[i]];
            for (int j = 0; j <= i; j++) _factor[(i * _count) + j] = _cosines[(_chosen[i] * n) + _chosen[j]] + (_a[_chosen[i]] * _a[_chosen[j]]);
        }

        if (!Cholesky.Factor(_factor, _count, smallest)) return false;
        Cholesky.Solve(_factor, _count, u);
        double along = 0;
        for (int i = 0; i < _count; i++) along += _a[_chosen[i]] * u[i];
        for (int i = 0; i < _count; i++) u[i] /= along;
        return true;
    }

    private void Search(int n)
    {
        var v = _v.AsSpan(0, n);
        for (int round = 0; round < 64 * (n + 1); round++)
        {
            double value = Multiply(n, out double least);
            int worst = -1;
            for (int i = 0; i < n; i++)
            {
                double slack = _product[i] - (_a[i] * value);
                if (v[i] > 0 || slack >= least) continue;
                least = slack;
                worst = i;
            }

            if (worst < 0 || _count == n) return;
            _chosen[_count++] = worst;
            if (!Descend(n)) return;
        }
    }

    // Towards the minimum on the affine hull of the chosen, dropping those whose weight would turn negative.
    private bool Descend(int n)
    {
        bool first = true;
        while (true)
        {
            var u = _next.AsSpan(0, _count);
            if (!SolveChosen(n, 1e-16))
            {
                if (first) _count--;                           // the new one depends on the others to the last bit
                return !first;
            }

            double step = 1;
            int blocking = -1;
            for (int i = 0; i < _count; i++)
            {
                double now = _v[_chosen[i]];
                if (u[i] > 0) continue;
                double fraction = now == 0 ? 0 : now / (now - u[i]);
                if (fraction >= step && blocking >= 0) continue;
                step = fraction;
                blocking = i;
            }

            bool added = blocking == _count - 1 && step == 0;
            int kept = 0;
            for (int i = 0; i < _count; i++)
            {
                int task = _chosen[i];
                _v[task] = i == blocking ? 0 : blocking < 0 ? u[i] : _v[task] + (step * (u[i] - _v[task]));
                if (_v[task] > 0) _chosen[kept++] = task;
                else _v[task] = 0;
            }

            if (added && first)
            {
                _count = kept;
                return false;                                  // only rounding made it look better: nothing was moved
            }

            bool all = blocking < 0;
            _count = kept;
            if (all) return true;
            first = false;
        }
    }
}
