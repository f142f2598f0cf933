namespace Equipoise.Engine.Kernels;

/// <summary>The innermost loops of a matrix product for one instruction set: small blocks of C kept in registers while the inner index runs.</summary>
/// <remarks>
/// Promise of every block: each number of C is one chain of fused multiply-adds over the inner index in ascending order, begun from the number in C
/// (<c>load</c>) or from zero, and the bias, if any, is added once at the end. So all instruction sets and all ways to cut the work give the same bits.
/// </remarks>
internal unsafe interface IMatrixBlocks
{
    /// <summary>How many rows the next block should take of those that remain: at most 12.</summary>
    public static abstract int NextRows(int remaining);

    /// <summary>One block. Columns are 16 or 32; rows is a number that <see cref="NextRows"/> gave; bias may be null.</summary>
    public static abstract void Block(int rows, int width, in Strides strides, float* a, float* b, float* c, int inner, bool load, float* bias);

    /// <summary>One row and the columns of four panels of B, which lie panelLength numbers apart.</summary>
    public static abstract void FourPanels(in Strides strides, nint panelLength, float* a, float* b, float* c, int inner, bool load, float* bias);
}
