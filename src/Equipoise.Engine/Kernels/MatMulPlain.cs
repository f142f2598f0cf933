namespace Equipoise.Engine.Kernels;

/// <summary>The obvious loops of the matrix products: what the fast forms must equal to the last bit, and what runs where there is no AVX2.</summary>
internal static class MatMulPlain
{
    /// <summary>C[rows, columns] (+)= A[rows, inner]·B (+ bias), B in panels; then what the end says.</summary>
    public static unsafe void Multiply(ReadOnlySpan<float> a, int aStride, ReadOnlySpan<float> packedB, ReadOnlySpan<float> bias, Span<float> c, int cStride, int rows, int inner, int columns, bool accumulate, MatrixEnd end = default)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var panel = packedB.Slice(j / MatMul.PanelWidth * MatMul.PanelWidth * inner, MatMul.PanelWidth * inner);
                var sum = accumulate ? c[i * cStride + j] : 0;
                for (var k = 0; k < inner; k++) { sum = MathF.FusedMultiplyAdd(a[i * aStride + k], panel[k * MatMul.PanelWidth + j % MatMul.PanelWidth], sum); }
                c[i * cStride + j] = bias.IsEmpty ? sum : sum + bias[j];
            }
        }
        fixed (float* pc = c, px = end.X, py = end.Y) { end.Apply(pc, px, py, 0, cStride, rows, columns); }
    }

    /// <summary>The part [firstInner.., firstColumn..] of G[inner, columns] (+)= X[rows, inner]ᵀ·D[rows, columns].</summary>
    public static void MultiplyTransposed(ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> d, int dStride, Span<float> g, int gStride, int rows, int firstInner, int innerCount, int firstColumn, int columnCount, bool accumulate)
    {
        for (var i = firstInner; i < firstInner + innerCount; i++)
        {
            for (var j = firstColumn; j < firstColumn + columnCount; j++)
            {
                var sum = accumulate ? g[i * gStride + j] : 0;
                for (var row = 0; row < rows; row++) { sum = MathF.FusedMultiplyAdd(x[row * xStride + i], d[row * dStride + j], sum); }
                g[i * gStride + j] = sum;
            }
        }
    }

    /// <summary>G[inner, columns] (+)= X[rows, inner]ᵀ·D, D [rows, columns] in panels.</summary>
    public static void MultiplyTransposedPacked(ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> packedD, Span<float> g, int gStride, int rows, int inner, int columns, bool accumulate)
    {
        for (var i = 0; i < inner; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var panel = packedD.Slice(j / MatMul.PanelWidth * MatMul.PanelWidth * rows, MatMul.PanelWidth * rows);
                var sum = accumulate ? g[i * gStride + j] : 0;
                for (var row = 0; row < rows; row++) { sum = MathF.FusedMultiplyAdd(x[row * xStride + i], panel[row * MatMul.PanelWidth + j % MatMul.PanelWidth], sum); }
                g[i * gStride + j] = sum;
            }
        }
    }

    /// <summary>C[rows, columns] (+)= A[rows, inner]·B[inner, columns].</summary>
    public static void MultiplyUnpacked(ReadOnlySpan<float> a, int aStride, ReadOnlySpan<float> b, int bStride, Span<float> c, int cStride, int rows, int inner, int columns, bool accumulate)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var sum = accumulate ? c[i * cStride + j] : 0;
                for (var k = 0; k < inner; k++) { sum = MathF.FusedMultiplyAdd(a[i * aStride + k], b[k * bStride + j], sum); }
                c[i * cStride + j] = sum;
            }
        }
    }
}
