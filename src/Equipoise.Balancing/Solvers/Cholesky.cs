namespace Equipoise.Balancing;

/// <summary>Cholesky factor of a small symmetric positive definite matrix, in place.</summary>
internal static class Cholesky
{
    /// <summary>Overwrites the lower triangle of a [n, n] with L, a = L Lᵀ; the upper one is not looked at. False when a pivot is not above <paramref name="smallest"/>.</summary>
    public static bool Factor(Span<double> a, int n, double smallest = 0)
    {
        for (int i = 0; i < n; i++)
        {
            var row = a.Slice(i * n, i + 1);
            double pivot = row[i];
            for (int j = 0; j < i; j++)
            {
                var other = a.Slice(j * n, j + 1);
                double sum = row[j];
                for (int k = 0; k < other.Length - 1; k++) sum -= row[k] * other[k];
                sum /= other[j];
                row[j] = sum;
                pivot -= sum * sum;
            }

            if (!(pivot > smallest)) return false;
            row[i] = Math.Sqrt(pivot);
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
