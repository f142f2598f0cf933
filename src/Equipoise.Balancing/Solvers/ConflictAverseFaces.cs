namespace Equipoise.Balancing;

/// <summary>Minimum over w on the simplex of b · w + ρ ‖g_w‖, face by face: where the weights that are not zero are known, the minimum has a closed form.</summary>
/// <remarks>
/// In cosines C and units of the shortest gradient it is min βᵀ v + √(vᵀ C v), aᵀ v = 1, v ≥ 0, with a_i = min‖g‖ / ‖g_i‖, w_i = a_i v_i and β_i = b_i / (ρ ‖g_i‖). On a face, with M = C + a aᵀ, x = M⁻¹ a,
/// y = M⁻¹ β, p = aᵀ x, q = aᵀ y, r = βᵀ y: v = x (1 + s q) / p − s y with s² = (1/p − 1) / (1 − r + q²/p), where 1/p − 1 is the squared length of the shortest point of the face's plane. A denominator that is not positive
/// means that the value falls forever along (q/p) x − y: then as far as the face goes. Active set: from the best corner, add the gradient whose slope is most below the others', go to the minimum of the face, drop what turns negative.
/// Two to four faces as a rule. Gives up where a face passes next to zero, where there is no slope.
/// </remarks>
internal sealed class ConflictAverseFaces(int size)
{
    private const double LeastSquare = 1e-6;                   // of the shortest point, in units of the shortest gradient: below, rounding shows
    private const double WellConditioned = 1e-10;              // least pivot
    private readonly double[] _norms = new double[size], _a = new double[size], _beta = new double[size], _v = new double[size], _x = new double[size], _y = new double[size], _product = new double[size];
    private readonly double[] _cosines = new double[size * size], _factor = new double[size * size];
    private readonly int[] _chosen = new int[size];
    private int _count;

    /// <summary>Writes w [n]; false when it gave up.</summary>
    /// <param name="gramian">G [n, n], its diagonal positive.</param>
    /// <param name="along">b [n].</param>
    /// <param name="rho">ρ &gt; 0.</param>
    /// <param name="weights">w [n].</param>
    public bool Solve(ReadOnlySpan<double> gramian, ReadOnlySpan<double> along, double rho, Span<double> weights)
    {
        int n = weights.Length;
        Prepare(gramian, along, rho, n);
        for (int round = 0; round < 4 * (n + 1); round++)
        {
            int worst = Steepest(n);
            if (worst < 0)
            {
                double sum = 0;
                for (int i = 0; i < n; i++) sum += _a[i] * _v[i];
                for (int i = 0; i < n; i++) weights[i] = _a[i] * _v[i] / sum;
                return true;
            }

            if (_count == n) return false;
            _chosen[_count++] = worst;
            if (!Descend(n)) return false;
        }

        return false;
    }

    private void Prepare(ReadOnlySpan<double> gramian, ReadOnlySpan<double> along, double rho, int n)
    {
        var norms = _norms.AsSpan(0, n);
        GramianMath.Norms(gramian, norms);
        GramianMath.Cosines(gramian, norms, _cosines.AsSpan(0, n * n));
        double shortest = double.PositiveInfinity;
        foreach (double norm in norms) shortest = Math.Min(shortest, norm);
        int best = 0;
        for (int i = 0; i < n; i++)
        {
            _a[i] = shortest / norms[i];
            _beta[i] = along[i] / rho / norms[i];
            _v[i] = 0;
            if ((_beta[i] + 1) / _a[i] < (_beta[best] + 1) / _a[best]) best = i;
        }

        _v[best] = 1 / _a[best];
        _chosen[0] = best;
        _count = 1;
    }

    // The gradient outside of the face whose slope is most below the face's; −1: none.
    private int Steepest(int n)
    {
        var v = _v.AsSpan(0, n);
        GramianMath.Multiply(_cosines.AsSpan(0, n * n), v, _product.AsSpan(0, n));
        double length = Math.Sqrt(Math.Max(GramianMath.Dot(_product.AsSpan(0, n), v), 0)), value = length + GramianMath.Dot(_beta.AsSpan(0, n), v), largest = 0;
        foreach (double entry in v) largest = Math.Max(largest, entry);
        double least = -1e-14 * n * (1 + (largest / length));  // what rounding leaves of a slope
        int worst = -1;
        for (int i = 0; i < n; i++)
        {
            double slack = _beta[i] + (_product[i] / length) - (_a[i] * value);
            if (v[i] > 0 || slack >= least) continue;
            least = slack;
            worst = i;
        }

        return worst;
    }

    // To the minimum of the face, dropping those whose weight would turn negative on the way.
    private bool Descend(int n)
    {
        for (bool first = true; ; first = false)
        {
            if (!Aim(n, out bool bounded)) return false;
            double step = bounded ? 1 : double.PositiveInfinity;
            int blocking = -1;
            for (int i = 0; i < _count; i++)
            {
                double now = _v[_chosen[i]], change = bounded ? _x[i] - now : _x[i];
                if (change >= 0 || now + (step * change) > 0) continue;
                double fraction = now / -change;
                if (fraction > step || (fraction == step && blocking >= 0)) continue;
                step = fraction;
                blocking = i;
            }

            if (double.IsInfinity(step) || (first && step == 0)) return false;      // only rounding made the new one look better
            int kept = 0;
            for (int i = 0; i < _count; i++)
            {
                int task = _chosen[i];
                _v[task] = i == blocking ? 0 : bounded && blocking < 0 ? _x[i] : _v[task] + (step * (bounded ? _x[i] - _v[task] : _x[i]));
                if (_v[task] > 0) _chosen[kept++] = task;
                else _v[task] = 0;
            }

            _count = kept;
            if (blocking < 0) return true;
        }
    }

    // Leaves in _x the minimum of the face's plane, or the direction along which the value falls forever.
    private bool Aim(int n, out bool bounded)
    {
        bounded = true;
        double p = 0, q = 0, r = 0;
        for (int i = 0; i < _count; i++)
        {
            _x[i] = _a[_chosen[i]];
            _y[i] = _beta[_chosen[i]];
            for (int j = 0; j <= i; j++) _factor[(i * _count) + j] = _cosines[(_chosen[i] * n) + _chosen[j]] + (_a[_chosen[i]] * _a[_chosen[j]]);
        }

        if (_count == 0 || !Cholesky.Factor(_factor, _count, WellConditioned)) return false;
        Cholesky.Solve(_factor, _count, _x.AsSpan(0, _count));
        Cholesky.Solve(_factor, _count, _y.AsSpan(0, _count));
        for (int i = 0; i < _count; i++)
        {
            p += _a[_chosen[i]] * _x[i];
            q += _a[_chosen[i]] * _y[i];
            r += _beta[_chosen[i]] * _y[i];
        }

        double square = (1 / p) - 1, room = 1 - r + (q * q / p);
        if (!(square > LeastSquare)) return false;
        bounded = room > 0;
        double s = bounded ? Math.Sqrt(square / room) : 1, share = bounded ? (1 + (s * q)) / p : q / p;
        if (!double.IsFinite(s)) return false;
        for (int i = 0; i < _count; i++) _x[i] = (share * _x[i]) - (s * _y[i]);
        return true;
    }
}
