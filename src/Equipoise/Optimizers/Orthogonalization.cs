using Equipoise.Engine.Kernels;

namespace Equipoise.Optimizers;

/// <summary>Newton-Schulz iterations that bring a matrix near to the nearest orthogonal one, as <see cref="Muon"/> wants it.</summary>
/// <remarks>Works in place with buffers made once; X = a X + (b A + c A²) X, A = X Xᵀ. O(rows² × columns) a product.</remarks>
internal sealed class Orthogonalization
{
    private readonly float _a, _b, _c;
    private readonly int _iterations;
    private readonly float[] _gram;         // A, then b A + c A²
    private readonly float[] _square;       // A²
    private readonly float[] _x;
    private readonly float[] _packed;

    /// <summary>Room for matrices of the greatest size.</summary>
    public Orthogonalization(double a, double b, double c, int iterations, int greatestSide, int greatestLength, int greatestPacked)
    {
        (_a, _b, _c, _iterations) = ((float)a, (float)b, (float)c, iterations);
        _gram = new float[greatestSide * greatestSide];
        _square = new float[greatestSide * greatestSide];
        _x = new float[greatestLength];
        _packed = new float[greatestPacked];
    }

    /// <summary>Replaces a matrix [rows, columns] by its orthogonalisation.</summary>
    public void Apply(Span<float> matrix, int rows, int columns)
    {
        bool transposed = rows > columns;
        int height = Math.Min(rows, columns), width = Math.Max(rows, columns);
        float norm = (float)Math.Sqrt(Reductions.SumOfSquaresDouble(matrix)) + 1e-7f;
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
        Span<float> gram = _gram.AsSpan(0, height * height), square = _square.AsSpan(0, height * height);
        MatMul.PackTransposed(x, width, width, height, _packed, 0, MatMul.PanelCount(height));
        MatMul.Multiply(x, width, _packed, [], gram, height, height, width, height, accumulate: false);
        MatMul.Pack(gram, height, height, height, _packed, 0, MatMul.PanelCount(height));
        MatMul.Multiply(gram, height, _packed, [], square, height, height, height, height, accumulate: false);
        for (int i = 0; i < gram.Length; i++) gram[i] = (_b * gram[i]) + (_c * square[i]);
        MatMul.Pack(x, width, height, width, _packed, 0, MatMul.PanelCount(width));
        foreach (ref float value in x) value *= _a;
        MatMul.Multiply(gram, height, _packed, [], x, width, height, height, width, accumulate: true);
    }
}
