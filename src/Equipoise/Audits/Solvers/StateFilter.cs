namespace Equipoise.Audits.Solvers;

/// <summary>How a log could have been made: numbers that stay or drift slowly (weights, a term that is not printed), and what each line shows of them.</summary>
/// <remarks>
/// State x [p]; from line to line a state that is followed by its slope grows by it, or it is multiplied with Keep[i] and pushed; and it is moved by noise of variance Drift[i]·shape(t).
/// No state has both a slope and a factor. Line t shows y = h·x + noise of variance R. Kalman filter in
/// Joseph's form: the logarithm of the evidence ∫ p(log | x)·p(x) dx, exact for this model, and the posterior of x. The smoother is that of Bryson and Frazier, which inverts nothing.
/// O(rows × p³), p below 20. Source: Kalman, 1960; Bierman, "Fixed interval smoothing with discrete measurements", 1973.
/// </remarks>
internal sealed class StateFilter(int states, int rows)
{
    private readonly double[] _mean = new double[states], _gain = new double[states], _seen = new double[states];
    private readonly double[] _cov = new double[states * states], _work = new double[states * states], _next = new double[states * states];
    private readonly double[] _means = new double[rows * states], _covs = new double[rows * states * states], _gains = new double[rows * states], _errors = new double[rows], _spreads = new double[rows];

    /// <summary>Mean of each state before the first line [p].</summary>
    public double[] First { get; } = new double[states];

    /// <summary>Its variance [p].</summary>
    public double[] FirstVariance { get; } = new double[states];

    /// <summary>Variance that is added from line to line [p].</summary>
    public double[] Drift { get; } = new double[states];

    /// <summary>Whether the state after this one is its slope [p].</summary>
    public bool[] HasSlope { get; } = new bool[states];

    /// <summary>What a state is multiplied with from line to line; 1 unless set [p].</summary>
    public double[] Keep { get; } = [.. Enumerable.Repeat(1.0, states)];

    /// <summary>What is added to the states on the way to a line [rows, p].</summary>
    public double[] Push { get; } = new double[rows * states];

    /// <summary>What the lines show of the states [rows, p].</summary>
    public double[] Shows { get; } = new double[rows * states];

    /// <summary>What the lines say [rows].</summary>
    public double[] Said { get; } = new double[rows];

    /// <summary>Variance of what they say [rows].</summary>
    public double[] Variance { get; } = new double[rows];

    /// <summary>Posterior means [rows, p], after <see cref="Smooth"/>; after <see cref="Run"/> alone the last row holds.</summary>
    public double[] Means => _means;

    /// <summary>Posterior covariances [rows, p, p], likewise.</summary>
    public double[] Covariances => _covs;

    /// <summary>How fast things may drift at a line: training changes fast at first. Falls as 1 / (1 + t) to a tenth.</summary>
    public static double Shape(int t) => (1.0 / ((1 + t) * (double)(1 + t))) + 0.01;

    /// <summary>The filter. Returns the logarithm of the evidence.</summary>
    public double Run()
    {
        int p = states;
        First.CopyTo(_mean, 0);
        Array.Clear(_cov);
        for (int i = 0; i < p; i++) _cov[(i * p) + i] = FirstVariance[i];
        double evidence = 0;
        for (int t = 0; t < rows; t++)
        {
            if (t > 0) Advance(t);
            var shows = Shows.AsSpan(t * p, p);
            double error = Said[t], spread = Variance[t];
            for (int i = 0; i < p; i++)
            {
                double sum = 0;
                for (int j = 0; j < p; j++) sum += _cov[(i * p) + j] * shows[j];
                _seen[i] = sum;
                spread += sum * shows[i];
                error -= shows[i] * _mean[i];
            }
            evidence -= 0.5 * (Math.Log(2 * Math.PI * spread) + (error * error / spread));
            for (int i = 0; i < p; i++)
            {
                _gain[i] = _seen[i] / spread;
                _mean[i] += _gain[i] * error;
            }
            Update(shows, Variance[t]);
            _mean.CopyTo(_means.AsSpan(t * p));
            _cov.CopyTo(_covs.AsSpan(t * p * p));
            _gain.CopyTo(_gains.AsSpan(t * p));
            _errors[t] = error;
            _spreads[t] = spread;
        }
        return evidence;
    }

    /// <summary>After <see cref="Run"/>: the posterior of every line given all lines; without <paramref name="spreads"/> the means alone, which is much faster.</summary>
    public void Smooth(bool spreads = true)
    {
        int p = states;
        var pull = new double[p];                         // λ
        var weight = new double[p * p];                   // Λ
        var keep = new double[p * p];
        for (int t = rows - 1; t >= 0; t--)
        {
            var mean = _means.AsSpan(t * p, p);
            var cov = _covs.AsSpan(t * p * p, p * p);
            // x − P·λ, with λ from the lines after t.
            for (int i = 0; i < p; i++)
            {
                for (int j = 0; j < p; j++) mean[i] -= cov[(i * p) + j] * pull[j];
            }
            // λ before line t: Cᵀλ − h·e/S; then back over the advance, Fᵀλ, where F adds slopes.
            var shows = Shows.AsSpan(t * p, p);
            var gain = _gains.AsSpan(t * p, p);
            double along = 0;
            for (int i = 0; i < p; i++) along += gain[i] * pull[i];
            for (int i = 0; i < p; i++) pull[i] -= shows[i] * (along + (_errors[t] / _spreads[t]));
            for (int i = 0; i + 1 < p; i++)
            {
                if (HasSlope[i]) pull[i + 1] += pull[i];
            }
            for (int i = 0; i < p; i++) pull[i] *= Keep[i];
            if (!spreads) continue;

            // P − P·Λ·P; then Λ ← CᵀΛC + h·hᵀ/S and FᵀΛF.
            Multiply(weight, cov, _work, p);
            Multiply(cov, _work, _next, p);
            for (int i = 0; i < p * p; i++) cov[i] -= _next[i];
            for (int i = 0; i < p; i++)
            {
                for (int j = 0; j < p; j++) keep[(i * p) + j] = (i == j ? 1 : 0) - (gain[i] * shows[j]);
            }
            Multiply(weight, keep, _work, p);
            for (int i = 0; i < p; i++)
            {
                for (int j = 0; j < p; j++)
                {
                    double sum = shows[i] * shows[j] / _spreads[t];
                    for (int l = 0; l < p; l++) sum += keep[(l * p) + i] * _work[(l * p) + j];
                    weight[(i * p) + j] = sum;
                }
            }
            for (int i = 0; i < p; i++)
            {
                for (int j = 0; j < p && Keep[i] != 1; j++) weight[(i * p) + j] *= Keep[i];
                for (int j = 0; j < p && Keep[i] != 1; j++) weight[(j * p) + i] *= Keep[i];
            }
            for (int i = 0; i + 1 < p; i++)
            {
                if (!HasSlope[i]) continue;
                for (int j = 0; j < p; j++) weight[((i + 1) * p) + j] += weight[(i * p) + j];
                for (int j = 0; j < p; j++) weight[(j * p) + i + 1] += weight[(j * p) + i];
            }
        }
    }

    private void Advance(int t)
    {
        int p = states;
        for (int i = 0; i + 1 < p; i++)
        {
            if (!HasSlope[i]) continue;
            _mean[i] += _mean[i + 1];
            for (int j = 0; j < p; j++) _cov[(i * p) + j] += _cov[((i + 1) * p) + j];
            for (int j = 0; j < p; j++) _cov[(j * p) + i] += _cov[(j * p) + i + 1];
        }
        for (int i = 0; i < p; i++)
        {
            _mean[i] = (Keep[i] * _mean[i]) + Push[(t * p) + i];
            for (int j = 0; j < p && Keep[i] != 1; j++) _cov[(i * p) + j] *= Keep[i];
            for (int j = 0; j < p && Keep[i] != 1; j++) _cov[(j * p) + i] *= Keep[i];
        }
        double shape = Shape(t);
        for (int i = 0; i < p; i++) _cov[(i * p) + i] += Drift[i] * shape;
    }

    // P ← (I − g·hᵀ)·P·(I − g·hᵀ)ᵀ + g·R·gᵀ: stays positive where P − g·hᵀ·P would lose all digits.
    private void Update(ReadOnlySpan<double> shows, double variance)
    {
        int p = states;
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++) _work[(i * p) + j] = _cov[(i * p) + j] - (_gain[i] * _seen[j]);
        }
        for (int i = 0; i < p; i++)
        {
            double sum = 0;
            for (int l = 0; l < p; l++) sum += _work[(i * p) + l] * shows[l];
            for (int j = 0; j < p; j++) _cov[(i * p) + j] = _work[(i * p) + j] - (sum * _gain[j]) + (_gain[i] * variance * _gain[j]);
        }
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < i; j++) _cov[(i * p) + j] = _cov[(j * p) + i] = 0.5 * (_cov[(i * p) + j] + _cov[(j * p) + i]);
        }
    }

    private static void Multiply(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> product, int p)
    {
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++)
            {
                double sum = 0;
                for (int l = 0; l < p; l++) sum += a[(i * p) + l] * b[(l * p) + j];
                product[(i * p) + j] = sum;
            }
        }
    }
}
