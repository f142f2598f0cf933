namespace Equipoise.Sweeps;

/// <summary>A guess of a smooth function from its values at some points, and how sure the guess is: a Gaussian process.</summary>
/// <remarks>
/// Values are y = μ + f + noise, with cov(f(a), f(b)) = s² × m(r), m(r) = (1 + √5·r + 5r²/3)·exp(−√5·r) (Matérn, ν = 5/2), r² = Σ ((a_d − b_d) / ℓ_d)², where values without an order are 0 or 1 apart; the noise has the variance s² × λ; μ is the mean of the
/// values. ℓ_d and λ are the most likely ones after mild priors: ln ℓ_d normal about ln(0.5 × √width) with deviation 1, ln λ about ln 0.001 with deviation 2 (Nelder-Mead, from these means); s² is the most likely one for them, yᵀK⁻¹y / n. O(n³) for each try.
/// Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, algorithm 2.1, equations 4.17 and 5.8.
/// </remarks>
internal sealed class GaussianProcess
{
    private const double Reach = 0.5, UsualNoise = 1e-3, ReachDeviation = 1, NoiseDeviation = 2, LeastNoise = 1e-8, LeastVariance = 1e-12;
    private const double FirstStep = 0.7, Tolerance = 1e-3;
    private const int TriesEach = 40;
    private readonly IReadOnlyList<bool> _choices;
    private readonly List<double[]> _points;
    private readonly List<double> _values;
    private readonly double[] _settings;                       // ln ℓ of each coordinate, then ln λ
    private readonly double _mean;
    private readonly double[] _scales;                         // 1 / ℓ of each coordinate
    private double[] _factor = [];                             // Cholesky factor of K + λ, row by row
    private double[] _pull = [];                               // (K + λ)⁻¹ (y − μ)

    private GaussianProcess(IReadOnlyList<double[]> points, IReadOnlyList<double> values, IReadOnlyList<bool> choices)
    {
        (_points, _values, _choices, _mean, _scales) = ([.. points], [.. values], choices, values.Average(), new double[choices.Count]);
        double[] start = [.. Enumerable.Repeat(Math.Log(Reach * Math.Sqrt(choices.Count)), choices.Count), Math.Log(UsualNoise)];
        _settings = NelderMead.Least(s => Unlikeliness(s, start), start, FirstStep, TriesEach * start.Length, Tolerance);
        Solve(_settings);
        Variance = Math.Max(_pull.Zip(_values, (p, y) => p * (y - _mean)).Sum() / _points.Count, LeastVariance);
    }

    /// <summary>s², the variance of f.</summary>
    public double Variance { get; }

    /// <summary>Variance of the noise.</summary>
    public double Noise => Variance * NoiseOf(_settings);

    /// <summary>A process for some values.</summary>
    /// <param name="points">Where, at least one; each as long as <paramref name="choices"/>.</param>
    /// <param name="values">The values there, finite.</param>
    /// <param name="choices">For each coordinate, whether its values have no order; then equal ones are equal numbers.</param>
    public static GaussianProcess Fit(IReadOnlyList<double[]> points, IReadOnlyList<double> values, IReadOnlyList<bool> choices) => new(points, values, choices);

    /// <summary>Adds a value; what was fitted stays.</summary>
    public void Add(double[] point, double value)
    {
        _points.Add(point);
        _values.Add(value);
        Solve(_settings);
    }

    /// <summary>Mean and standard deviation of f at a point, without noise.</summary>
    public (double Mean, double Deviation) At(ReadOnlySpan<double> point)
    {
        int n = _points.Count;
        var solved = new double[n];
        double mean = _mean, left = 1;
        for (int i = 0; i < n; i++)
        {
            double sum = Similarity(point, _points[i]);
            mean += sum * _pull[i];
            for (int k = 0; k < i; k++) sum -= _factor[(i * n) + k] * solved[k];
            solved[i] = sum / _factor[(i * n) + i];
            left -= solved[i] * solved[i];
        }
        return (mean, Math.Sqrt(Variance * Math.Max(left, 0)));
    }

    private static double NoiseOf(double[] settings) => LeastNoise + Math.Exp(settings[^1]);

    // Less the logarithm of likelihood × priors, without what is constant.
    private double Unlikeliness(double[] settings, double[] usual)
    {
        if (!Solve(settings)) return double.PositiveInfinity;
        int n = _points.Count;
        double fit = 0, logs = 0, priors = 0;
        for (int i = 0; i < n; i++)
        {
            fit += _pull[i] * (_values[i] - _mean);
            logs += Math.Log(_factor[(i * n) + i]);
        }
        for (int d = 0; d < settings.Length; d++)
        {
            double off = (settings[d] - usual[d]) / (d < settings.Length - 1 ? ReachDeviation : NoiseDeviation);
            priors += off * off / 2;
        }
        return (n * Math.Log(Math.Max(fit / n, LeastVariance)) / 2) + logs + priors;
    }

    // Factor and pull for some settings; false if rounding leaves no factor.
    private bool Solve(double[] settings)
    {
        int n = _points.Count;
        if (_factor.Length != n * n) (_factor, _pull) = (new double[n * n], new double[n]);
        for (int d = 0; d < _scales.Length; d++) _scales[d] = Math.Exp(-settings[d]);
        double noise = NoiseOf(settings);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = i == j ? 1 + noise : Similarity(_points[i], _points[j]);
                for (int k = 0; k < j; k++) sum -= _factor[(i * n) + k] * _factor[(j * n) + k];
                if (i == j && !(sum > 0)) return false;
                _factor[(i * n) + j] = i == j ? Math.Sqrt(sum) : sum / _factor[(j * n) + j];
            }
        }
        for (int i = 0; i < n; i++)
        {
            double sum = _values[i] - _mean;
            for (int k = 0; k < i; k++) sum -= _factor[(i * n) + k] * _pull[k];
            _pull[i] = sum / _factor[(i * n) + i];
        }
        for (int i = n - 1; i >= 0; i--)
        {
            double sum = _pull[i];
            for (int k = i + 1; k < n; k++) sum -= _factor[(k * n) + i] * _pull[k];
            _pull[i] = sum / _factor[(i * n) + i];
        }
        return true;
    }

    private double Similarity(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int d = 0; d < a.Length; d++)
        {
            double off = (_choices[d] ? (a[d] == b[d] ? 0 : 1) : a[d] - b[d]) * _scales[d];
            sum += off * off;
        }
        double r = Math.Sqrt(5 * sum);
        return (1 + r + (r * r / 3)) * Math.Exp(-r);
    }
}
