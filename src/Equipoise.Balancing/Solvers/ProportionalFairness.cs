namespace Equipoise.Balancing;

/// <summary>Solution x &gt; 0 of G x = x^(−1/α), element by element: the bargaining solution of Nash (α = 1) and its fair relatives.</summary>
/// <remarks>
/// The minimum of the strictly convex ½ xᵀ G x − Σ x^(1−1/α) / (1−1/α), with log x for α = 1. Damped Newton in variables scaled so that each alone would be 1:
/// x_i = s_i y_i, s_i = G_ii^(−α/(1+α)), steps that keep at least a tenth of every y. Unique if it exists, which is when some direction improves all.
/// </remarks>
internal sealed class ProportionalFairness(int size)
{
    private const double Enough = 1e-12;                       // largest relative fault of an equation at the end
    private const int Patience = 120;                          // without a solution y doubles at each step: this many show it
    private readonly double[] _scale = new double[size], _weight = new double[size], _y = new double[size], _trial = new double[size], _step = new double[size], _product = new double[size], _wanted = new double[size];
    private readonly double[] _k = new double[size * size], _factor = new double[size * size];

    /// <summary>Writes x [n]; false when no solution was found.</summary>
    public bool Solve(ReadOnlySpan<double> gramian, double alpha, Span<double> x)
    {
        int n = x.Length;
        double power = 1 / alpha;
        for (int i = 0; i < n; i++)
        {
            _scale[i] = Math.Pow(gramian[(i * n) + i], -alpha / (1 + alpha));
            _weight[i] = gramian[(i * n) + i] * _scale[i] * _scale[i];
            _y[i] = 1;
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) _k[(i * n) + j] = gramian[(i * n) + j] * _scale[i] * _scale[j];
        }

        double best = double.PositiveInfinity;
        for (int round = 0, since = 0; round < 300 && since < Patience; round++)
        {
            double now = Fault(n, power, relativeToTerms: false);
            since = now < best * 0.5 ? 0 : since + 1;
            best = Math.Min(best, now);
            if ((now <= Enough && since > 0) || now == 0 || !Newton(n, power)) break;   // as good as it gets
        }

        // Where a short gradient conflicts with a long one, rounding of the long one's terms is all that an equation can be met to.
        double square = Math.Max(GramianMath.Quadratic(_k.AsSpan(0, n * n), _y.AsSpan(0, n)), 0), length = 0;
        for (int i = 0; i < n; i++)
        {
            x[i] = _scale[i] * _y[i];
            length += Math.Sqrt(_weight[i]) * _y[i];
        }

        return Fault(n, power, relativeToTerms: true) <= 1e-9 && Math.Sqrt(square) > 1e-7 * length;
    }

    // Largest |(K y)_i − k_i y_i^(−p)| over k_i y_i^(−p), or over the largest term of the equation; leaves the gradient in _step.
    private double Fault(int n, double power, bool relativeToTerms)
    {
        double worst = 0;
        GramianMath.Multiply(_k.AsSpan(0, n * n), _y.AsSpan(0, n), _product.AsSpan(0, n));
        for (int i = 0; i < n; i++)
        {
            double wanted = _wanted[i] = _weight[i] * (power == 1 ? 1 / _y[i] : Math.Pow(_y[i], -power));
            _step[i] = wanted - _product[i];
            double size = wanted;
            for (int j = 0; j < n && relativeToTerms; j++) size = Math.Max(size, Math.Abs(_k[(i * n) + j] * _y[j]));
            worst = Math.Max(worst, Math.Abs(_step[i]) / size);
        }

        return double.IsNaN(worst) ? double.PositiveInfinity : worst;
    }

    private bool Newton(int n, double power)
    {
        var factor = _factor.AsSpan(0, n * n);
        _k.AsSpan(0, n * n).CopyTo(factor);
        for (int i = 0; i < n; i++) factor[(i * n) + i] += power * _wanted[i] / _y[i];
        if (!Cholesky.Factor(factor, n)) return false;
        double slope = 0;
        for (int i = 0; i < n; i++) _trial[i] = _step[i];
        Cholesky.Solve(factor, n, _trial.AsSpan(0, n));
        double length = 1;
        for (int i = 0; i < n; i++)
        {
            slope -= _step[i] * _trial[i];
            if (_trial[i] < 0) length = Math.Min(length, -0.9 * _y[i] / _trial[i]);
        }

        _trial.AsSpan(0, n).CopyTo(_step);
        double before = Value(n, power, 0);
        for (int halving = 0; halving < 60; halving++)
        {
            if (Value(n, power, length) <= before + (1e-4 * length * slope) + (1e-14 * Math.Abs(before))) break;
            length /= 2;
        }

        bool moved = false;
        for (int i = 0; i < n; i++)
        {
            double next = _y[i] + (length * _step[i]);
            moved |= next != _y[i];
            _y[i] = next;
        }

        return moved;
    }

    private double Value(int n, double power, double length)
    {
        for (int i = 0; i < n; i++) _trial[i] = _y[i] + (length * _step[i]);
        var trial = _trial.AsSpan(0, n);
        double value = GramianMath.Quadratic(_k.AsSpan(0, n * n), trial) / 2;
        for (int i = 0; i < n; i++) value -= _weight[i] * (power == 1 ? Math.Log(trial[i]) : Math.Pow(trial[i], 1 - power) / (1 - power));
        return value;
    }
}
