namespace Equipoise.Balancing;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix: A = V diag(λ) Vᵀ.</summary>
/// <remarks>Cyclic Jacobi rotations until all entries off the diagonal are zero to the last bit, usually six to ten sweeps. Source: Golub and Van Loan, "Matrix Computations", 4th edition, section 8.5.</remarks>
internal sealed class SymmetricEigen(int size)
{
    private readonly double[] _a = new double[size * size], _v = new double[size * size], _values = new double[size];
    private int _n;

    /// <summary>Eigenvalues, in no order.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, _n);

    /// <summary>Component <paramref name="i"/> of eigenvector <paramref name="k"/>.</summary>
    public double Vector(int k, int i) => _v[(k * _n) + i];

    /// <summary>Decomposes a matrix [n, n], n at most the size.</summary>
    public void Decompose(ReadOnlySpan<double> matrix, int n)
    {
        _n = n;
        matrix[..(n * n)].CopyTo(_a);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) _v[(i * n) + j] = i == j ? 1 : 0;
        }

        for (int sweep = 0; sweep < 60 && Sweep(n); sweep++)
        {
        }

        for (int i = 0; i < n; i++) _values[i] = _a[(i * n) + i];
    }

    /// <summary>x = A⁺ b: eigenvalues not above <paramref name="smallest"/> are left out.</summary>
    public void PseudoSolve(ReadOnlySpan<double> b, Span<double> x, double smallest)
    {
        x[.._n].Clear();
        for (int k = 0; k < _n; k++)
        {
            if (!(_values[k] > smallest)) continue;
            double along = 0;
            for (int i = 0; i < _n; i++) along += Vector(k, i) * b[i];
            along /= _values[k];
            for (int i = 0; i < _n; i++) x[i] += along * Vector(k, i);
        }
    }

    private bool Sweep(int n)
    {
        bool turned = false;
        for (int p = 0; p < n; p++)
        {
            for (int q = p + 1; q < n; q++)
            {
                double off = _a[(p * n) + q], app = _a[(p * n) + p], aqq = _a[(q * n) + q];
                if (Math.Abs(off) <= 1e-17 * Math.Sqrt(Math.Abs(app) * Math.Abs(aqq)) || Math.Abs(off) < 1e-300) continue;
                turned = true;
                double theta = (aqq - app) / (2 * off);
                double t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
                double c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
                Span<double> rowP = _a.AsSpan(p * n, n), rowQ = _a.AsSpan(q * n, n);
                Turn(c, s, rowP, rowQ);
                Turn(c, s, _v.AsSpan(p * n, n), _v.AsSpan(q * n, n));
                for (int i = 0; i < n; i++)
                {
                    _a[(i * n) + p] = rowP[i];                 // the columns are the rows again
                    _a[(i * n) + q] = rowQ[i];
                }

                _a[(p * n) + p] = app - (t * off);
                _a[(q * n) + q] = aqq + (t * off);
                _a[(p * n) + q] = _a[(q * n) + p] = 0;
            }
        }

        return turned;
    }

    private static void Turn(double c, double s, Span<double> x, Span<double> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            double first = x[i], second = y[i];
            x[i] = (c * first) - (s * second);
            y[i] = (s * first) + (c * second);
        }
    }
}
