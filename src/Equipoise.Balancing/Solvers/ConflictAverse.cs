namespace Equipoise.Balancing;

/// <summary>Exact minimum over w on the simplex of g_w · g_0 + ρ ‖g_w‖, where g_w = Σ w_k g_k and g_0 is the mean gradient: the dual of CAGrad.</summary>
/// <remarks>
/// Two gradients: the root of a quadratic. More: face by face (<see cref="ConflictAverseFaces"/>); next to zero length: ρ ‖g_w‖ = min over τ of ρ (‖g_w‖² / 2τ + τ / 2), so that with σ = τ / ρ the inner problem is the minimum-norm
/// point of the gradients g_k + σ g_0, and the outer one the root of σ ρ = ‖g_w‖, whose sign changes once because the whole is convex in (w, τ). Bracketed and
/// found by the Illinois form of false position, down to the last bits.
/// </remarks>
internal sealed class ConflictAverse(int size)
{
    private readonly ConflictAverseFaces _faces = new(size);
    private readonly MinimumNorm _minimum = new(size);
    private readonly double[] _along = new double[size], _shifted = new double[size * size];

    /// <summary>Writes w [n]. ρ = c ‖g_0‖ &gt; 0.</summary>
    public void Solve(ReadOnlySpan<double> gramian, double rho, Span<double> weights)
    {
        int n = weights.Length;
        double square = GramianMath.Sum(gramian) / n / n, longest = 0;
        for (int i = 0; i < n; i++)
        {
            double sum = 0;
            for (int j = 0; j < n; j++) sum += gramian[(i * n) + j];
            _along[i] = sum / n;
            longest = Math.Max(longest, gramian[(i * n) + i]);
        }

        if (n == 2)
        {
            Two(gramian, rho, _along[0] - _along[1], weights);
            return;
        }

        if (_faces.Solve(gramian, _along.AsSpan(0, n), rho, weights)) return;
        double low = Math.Sqrt(_minimum.Solve(gramian, weights)) / rho, high = Math.Sqrt(longest) / rho;
        double atLow = Excess(gramian, square, rho, low, weights), atHigh = Excess(gramian, square, rho, high, weights);
        if (atLow >= 0)
        {
            Excess(gramian, square, rho, low, weights);
            return;
        }

        if (atHigh <= 0) return;
        int side = 0;
        for (int i = 0; i < 200 && high - low > 1e-15 * high; i++)
        {
            double middle = ((low * atHigh) - (high * atLow)) / (atHigh - atLow);
            if (!(middle > low) || !(middle < high) || i % 8 == 7) middle = (low + high) / 2;
            double excess = Excess(gramian, square, rho, middle, weights);
            if (excess == 0) return;
            if (excess < 0)
            {
                low = middle;
                atLow = excess;
                if (side < 0) atHigh /= 2;
                side = -1;
            }
            else
            {
                high = middle;
                atHigh = excess;
                if (side > 0) atLow /= 2;
                side = 1;
            }
        }
    }

    // σ ρ − ‖g_w‖ at the w that is best for σ, over their size.
    private double Excess(ReadOnlySpan<double> gramian, double square, double rho, double sigma, Span<double> weights)
    {
        int n = weights.Length;
        var shifted = _shifted.AsSpan(0, n * n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) shifted[(i * n) + j] = gramian[(i * n) + j] + (sigma * (_along[i] + _along[j])) + (sigma * sigma * square);
            shifted[(i * n) + i] = Math.Max(shifted[(i * n) + i], 0);
        }

        _minimum.Solve(shifted, weights);
        return (sigma * rho) - Math.Sqrt(Math.Max(GramianMath.Quadratic(gramian, weights), 0));
    }

    // f(x) = x Δ + ρ √(A (x + B/A)² + D): stationary where A (x + B/A) ρ = −Δ √(...).
    private static void Two(ReadOnlySpan<double> gramian, double rho, double delta, Span<double> weights)
    {
        double a = gramian[0], b = gramian[1], c = gramian[3];
        double curvature = a - b + (c - b), slope = b - c, x = 0.5;
        if (curvature > 0)
        {
            double rest = Math.Max(((a * c) - (b * b)) / curvature, 0), room = (rho * rho * curvature) - (delta * delta);
            x = room > 0 ? (-slope / curvature) - (delta * Math.Sqrt(rest / curvature / room)) : delta > 0 ? 0 : 1;
        }

        weights[0] = Math.Clamp(x, 0, 1);
        weights[1] = 1 - weights[0];
    }
}
