namespace Equipoise.Balancing;

/// <summary>Projection on the dual cone of the gradients: P(u) = argmin vᵀ Ĝ v over v ≥ u.</summary>
/// <remarks>With s = v − u it is min ½ sᵀ Ĝ s + (Ĝ u)ᵀ s over s ≥ 0. Conditions: v ≥ u, Ĝ v ≥ 0, (v − u)ᵀ Ĝ v = 0: the combination v hurts no output.</remarks>
internal sealed class DualCone(int size)
{
    private readonly NonNegativeLeast _solver = new(size);
    private readonly double[] _gramian = new double[size * size], _slope = new double[size], _extra = new double[size];

    /// <summary>Takes G / trace + regularization × I.</summary>
    public void Prepare(ReadOnlySpan<double> gramian, int n, double regularization)
    {
        double trace = 0;
        for (int i = 0; i < n; i++) trace += gramian[(i * n) + i];
        for (int i = 0; i < n * n; i++) _gramian[i] = (gramian[i] / trace) + (i % (n + 1) == 0 ? regularization : 0);
    }

    /// <summary>Adds P(u) to the weights [n].</summary>
    public void AddProjection(ReadOnlySpan<double> u, Span<double> weights)
    {
        int n = u.Length;
        var gramian = _gramian.AsSpan(0, n * n);
        GramianMath.Multiply(gramian, u, _slope);
        _solver.Solve(gramian, _slope, _extra.AsSpan(0, n));
        for (int i = 0; i < n; i++) weights[i] += u[i] + _extra[i];
    }
}
