namespace Equipoise.Balancing;

/// <summary>Weights of the direction that has the same projection on every unit gradient: v = G⁺ n divided by |Σ v|.</summary>
internal sealed class EqualProjections(int size)
{
    private readonly double[] _norms = new double[size], _cosines = new double[size * size], _factor = new double[size * size];
    private readonly SymmetricEigen _eigen = new(size);

    /// <summary>Writes the weights [n]; false when they sum to nothing.</summary>
    public bool Solve(ReadOnlySpan<double> gramian, Span<double> weights)
    {
        int n = weights.Length;
        var norms = _norms.AsSpan(0, n);
        GramianMath.Norms(gramian, norms);
        if (n == 2)
        {
            weights[0] = norms[1] / (norms[0] + norms[1]);
            weights[1] = norms[0] / (norms[0] + norms[1]);
            return true;                                       // also where they are opposed: the combination is nothing then
        }

        double longest = 0;
        foreach (double norm in norms) longest = Math.Max(longest, norm);
        if (!Regular(gramian, norms, weights))
        {
            // In units of the longest gradient, so that nothing overflows.
            for (int i = 0; i < n * n; i++) _cosines[i] = gramian[i] / longest / longest;
            _eigen.Decompose(_cosines, n);
            double largest = 0;
            foreach (double value in _eigen.Values) largest = Math.Max(largest, value);
            for (int i = 0; i < n; i++) norms[i] /= longest;
            _eigen.PseudoSolve(norms, weights, largest * n * 1e-15);
        }

        double sum = 0, total = 0;
        foreach (double weight in weights)
        {
            sum += weight;
            total += Math.Abs(weight);
        }

        if (!(Math.Abs(sum) > 1e-12 * total) || total < 1e-10) return false;   // lengths are 1 at most, so that less is rounding
        for (int i = 0; i < n; i++) weights[i] /= Math.Abs(sum);
        return true;
    }

    // v = D C⁻¹ 1 with C the cosines and D = diag(shortest / length).
    private bool Regular(ReadOnlySpan<double> gramian, ReadOnlySpan<double> norms, Span<double> weights)
    {
        int n = weights.Length;
        double shortest = double.PositiveInfinity;
        foreach (double norm in norms) shortest = Math.Min(shortest, norm);
        var factor = _factor.AsSpan(0, n * n);
        GramianMath.Cosines(gramian, norms, factor);
        if (!Cholesky.Factor(factor, n, 1e-10)) return false;
        weights.Fill(1);
        Cholesky.Solve(factor, n, weights);
        for (int i = 0; i < n; i++) weights[i] *= shortest / norms[i];
        return true;
    }
}
