namespace Equipoise.Balancing;

/// <summary>Cholesky factor of a small symmetric positive definite matrix, in place.</summary>
internal static class Cholesky
{
    /// <summary>Overwrites the lower triangle of a [n, n] with L, a = L Lᵀ. False when a pivot is not above <paramref name="smallest"/>.</summary>
    public static bool Factor(Span<double> a, int n, double smallest = 0)
    {
        for (int j = 0; j < n; j++)
        {
            for (int i = j; i < n; i++)
            {
                double sum = a[(i * n) + j];
                for (int k = 0; k < j; k++) sum -= a[(i * n) + k] * a[(j * n) + k];
                if (i > j)
                {
                    a[(i * n) + j] = sum / a[(j * n) + j];
                    continue;
                }

                if (!(sum > smallest)) return false;
                a[(j * n) + j] = Math.Sqrt(sum);
            }
        }

        return true;
    }

    /// <summary>x with L Lᵀ x = b, in place of b.</summary>
    public static void Solve(ReadOnlySpan<double> factor, int n, Span<double> b)
    {
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < i; k++) b[i] -= factor[(i * n) + k] * b[k];
            b[i] /= factor[(i * n) + i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++) b[i] -= factor[(k * n) + i] * b[k];
            b[i] /= factor[(i * n) + i];
        }
    }
}
