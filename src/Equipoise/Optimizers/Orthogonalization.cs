using System.Numerics;

namespace Equipoise.Optimizers;

/// <summary>Newton-Schulz iterations that bring a matrix near to the nearest orthogonal one, as <see cref="Muon"/> wants it.</summary>
/// <remarks>Works in place with buffers made once; X = a X + (b A + c A²) X, A = X Xᵀ. Plain loops over rows, O(rows² × columns) a product.</remarks>
internal sealed class Orthogonalization
{
    private readonly float _a, _b, _c;
    private readonly int _iterations;
    private readonly float[] _gram;         // A, then b A + c A²
    private readonly float[] _square;       // A²
    private readonly float[] _x;
    private readonly float[] _next;

    /// <summary>Room for matrices of the greatest size.</summary>
    public Orthogonalization(double a, double b, double c, int iterations, int greatestSide, int greatestLength)
    {
        (_a, _b, _c, _iterations) = ((float)a, (float)b, (float)c, iterations);
        _gram = new float[greatestSide * greatestSide];
        _square = new float[greatestSide * greatestSide];
        _x = new float[greatestLength];
        _next = new float[greatestLength];
    }

    /// <summary>Replaces a matrix [rows, columns] by its orthogonalisation.</summary>
    public void Apply(Span<float> matrix, int rows, int columns)
    {
        bool transposed = rows > columns;
        int height = Math.Min(rows, columns), width = Math.Max(rows, columns);
        float norm = (float)Math.Sqrt(SumOfSquares.Of(matrix)) + 1e-7f;
        var x = _x.AsSpan(0, matrix.Length);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++) x[transposed ? (j * rows) + i : (i * columns) + j] = matrix[(i * columns) + j] / norm;
        }
        for (int iteration = 0; iteration < _iterations; iteration++) Iterate(x, height, width);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++) matrix[(i * columns) + j] = x[transposed ? (j * rows) + i : (i * columns) + j];
        }
    }

    private void Iterate(Span<float> x, int height, int width)
    {
        Span<float> gram = _gram.AsSpan(0, height * height), square = _square.AsSpan(0, height * height), next = _next.AsSpan(0, x.Length);
        for (int i = 0; i < height; i++)
        {
            for (int j = 0; j <= i; j++) gram[(i * height) + j] = gram[(j * height) + i] = Dot(x.Slice(i * width, width), x.Slice(j * width, width));
        }
        Multiply(gram, gram, square, height, height);
        for (int i = 0; i < gram.Length; i++) gram[i] = (_b * gram[i]) + (_c * square[i]);
        Multiply(gram, x, next, height, width);
        for (int i = 0; i < x.Length; i++) x[i] = (_a * x[i]) + next[i];
    }

    // product [height, width] = left [height, height] · right [height, width]
    private static void Multiply(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> product, int height, int width)
    {
        product.Clear();
        for (int i = 0; i < height; i++)
        {
            var row = product.Slice(i * width, width);
            for (int k = 0; k < height; k++) AddScaled(right.Slice(k * width, width), left[(i * height) + k], row);
        }
    }

    private static void AddScaled(ReadOnlySpan<float> x, float scale, Span<float> y)
    {
        int i = 0;
        for (; i + Vector<float>.Count <= x.Length; i += Vector<float>.Count)
        {
            (new Vector<float>(y[i..]) + (new Vector<float>(x[i..]) * scale)).CopyTo(y[i..]);
        }
        for (; i < x.Length; i++) y[i] += scale * x[i];
    }

    // In double: lanes would make the sum depend on the vector width.
    private static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += (double)x[i] * y[i];
        return (float)sum;
    }
}
