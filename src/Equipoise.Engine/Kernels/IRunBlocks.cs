namespace Equipoise.Engine.Kernels;

/// <summary>The innermost loops of a direct convolution for one instruction set.</summary>
/// <remarks>Promise, as in <see cref="IMatrixBlocks"/>: each number of C is one chain of fused multiply-adds over (r, k) in ascending order, begun from C (<c>load</c>) or from zero; the bias comes last.</remarks>
internal unsafe interface IRunBlocks
{
    /// <summary>Whether <see cref="Groups"/> is there.</summary>
    public static abstract bool HasGroups { get; }

    /// <summary>c[rows, width] from a[rows] and b[width]; width is at most 32, and nothing beyond it is read or written. The bias may be null.</summary>
    public static abstract void Blocks(int rows, int width, in RunSteps steps, float* a, float* b, float* c, bool load, float* bias);

    /// <summary>tile[25, 16] += the rows of five groups times b[width], width at most 16, and tile[25] += b: what is summed beyond the width is not defined.</summary>
    public static abstract void Groups(in RowGroups groups, int width, in RunSteps steps, float* a, float* b, float* tile);

    /// <summary>sums[width] += rows of b, one after the other; width is at most 32.</summary>
    public static abstract void Sums(int rows, int width, nint stride, float* b, float* sums);
}
