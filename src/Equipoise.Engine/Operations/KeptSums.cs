using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Operations;

/// <summary>Sums over the kept rows and steps of a batch, in order: Xᵀ·D, and D's columns alone.</summary>
/// <remarks>The operands of some steps at a time are copied side by side. On the tape they lie a whole step apart, each on pages of its own, and a product reads its left operand once for
/// every panel of the right one: the copy reads them once. What a mask leaves out is not touched, so it costs nothing and may hold anything.</remarks>
internal readonly ref struct KeptSums
{
    // Not a multiple of 2 KiB apart, and neither a half nor a quarter of it.
    private const int Padding = 16;
    private readonly ReadOnlySpan<float> _mask;
    private readonly int _items;
    private readonly int _gathered;
    private readonly Span<float> _scratch;

    /// <summary>Sums over the items (rows × steps) that the mask keeps; all if it is empty.</summary>
    public KeptSums(ReadOnlySpan<float> mask, int items, int gathered, Span<float> scratch)
    {
        _mask = mask;
        _items = items;
        _gathered = gathered;
        _scratch = scratch;
    }

    /// <summary>Floats of working memory.</summary>
    public static int ScratchSize(int gathered, int inner, int columns) => gathered * (inner + columns + (2 * Padding));

    /// <summary>gradient [inner, columns] (+)= Xᵀ·D and, unless bias is empty, bias [columns] (+)= the sums of D's columns. Item i of an operand begins at i × its stride.</summary>
    public void Add(ReadOnlySpan<float> x, int xStride, int inner, ReadOnlySpan<float> d, int dStride, int columns,
        Span<float> gradient, int gradientStride, bool accumulates, Span<float> bias, bool biasAccumulates)
    {
        int left = inner + Padding, right = columns + Padding;
        var gatheredX = _scratch[..(_gathered * left)];
        var gatheredD = _scratch.Slice(_gathered * left, _gathered * right);
        int item = 0;
        // Once at least: sums of nothing are zero.
        do
        {
            int count = 0;
            for (; item < _items && count < _gathered; item++)
            {
                if (!_mask.IsEmpty && _mask[item] == 0) continue;
                x.Slice(item * xStride, inner).CopyTo(gatheredX[(count * left)..]);
                d.Slice(item * dStride, columns).CopyTo(gatheredD[(count * right)..]);
                count++;
            }
            MatMul.MultiplyTransposed(gatheredX, left, gatheredD, right, gradient, gradientStride, count, 0, inner, 0, columns, accumulates);
            if (!bias.IsEmpty) Reductions.ColumnSums(gatheredD, right, count, 0, columns, bias, biasAccumulates);
            accumulates = true;
            biasAccumulates = true;
        }
        while (item < _items);
    }
}
