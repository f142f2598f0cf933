using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Operations;

/// <summary>Sums over the kept rows and steps of a batch, in order: Xᵀ·D for several X and one D, and D's columns alone.</summary>
/// <remarks>
/// The operands of some steps at a time are copied side by side, D as panels. Where they lie they are a whole step apart, each on pages of its own, and a product reads its left operand once for
/// every panel of the right one: the copy reads them once. What a mask leaves out is not touched, so it costs nothing and may hold anything.
/// To be used so: <see cref="Begin"/>, then, while <see cref="Next"/> finds steps, one right operand and the sums with each of its left ones.
/// </remarks>
internal ref struct KeptSums
{
    // Not a multiple of 2 KiB apart, and neither a half nor a quarter of it.
    private const int Padding = 16;
    private readonly ReadOnlySpan<float> _mask;
    private readonly int _items;
    private readonly Span<int> _places;
    private readonly Span<float> _scratch;
    private int _item;
    private int _count;
    private bool _begun;
    private Span<float> _right;
    private int _columns;

    /// <summary>Sums over the items (rows × steps) that the mask keeps; all if it is empty.</summary>
    /// <param name="mask">A number for each item, or empty.</param>
    /// <param name="items">Items in all.</param>
    /// <param name="places">Working memory, a place for each item that is gathered at a time.</param>
    /// <param name="scratch">Working memory: <see cref="ScratchSize"/>.</param>
    public KeptSums(ReadOnlySpan<float> mask, int items, Span<int> places, Span<float> scratch)
    {
        _mask = mask;
        _items = items;
        _places = places;
        _scratch = scratch;
    }

    /// <summary>Whether the steps at hand come after others, so that gradients are added to.</summary>
    public bool Accumulates { get; private set; }

    /// <summary>Floats of working memory for operands of so many columns at the most.</summary>
    public static int ScratchSize(int gathered, int inner, int columns) => (gathered * (inner + Padding)) + MatMul.PackedLength(gathered, columns);

    /// <summary>Begins anew, with the first item.</summary>
    public void Begin()
    {
        _item = 0;
        _begun = false;
        Accumulates = false;
    }

    /// <summary>Chooses the next kept items. True once at least, since sums of nothing are zero.</summary>
    public bool Next()
    {
        if (_begun && _item == _items) return false;
        Accumulates = _begun;
        _begun = true;
        _count = 0;
        for (; _item < _items && _count < _places.Length; _item++)
        {
            if (_mask.IsEmpty || _mask[_item] != 0) _places[_count++] = _item;
        }
        return true;
    }

    /// <summary>Takes the right operand D: so many columns of each item, which begins at item × stride.</summary>
    public void TakeRight(ReadOnlySpan<float> d, int stride, int columns)
    {
        _columns = columns;
        _right = _scratch[..MatMul.PackedLength(_count, columns)];
        for (int first = 0; first < _count;)
        {
            // Neighbours in memory are packed in one go.
            int end = first + 1;
            while (end < _count && _places[end] == _places[end - 1] + 1) end++;
            MatMul.PackPiece(d[(_places[first] * stride)..], stride, end - first, _count, columns, _right, first);
            first = end;
        }
    }

    /// <summary>gradient [inner, columns of D] (+)= Xᵀ·D. Item i of X begins at i × its stride.</summary>
    public readonly void Add(ReadOnlySpan<float> x, int stride, int inner, Span<float> gradient, int gradientStride, bool accumulates)
    {
        int left = inner + Padding;
        var gathered = _scratch.Slice(_scratch.Length - (_places.Length * left), _places.Length * left);
        for (int i = 0; i < _count; i++) x.Slice(_places[i] * stride, inner).CopyTo(gathered[(i * left)..]);
        MatMul.MultiplyTransposedPacked(gathered, left, _right, gradient, gradientStride, _count, inner, _columns, accumulates);
    }

    /// <summary>bias [columns] (+)= the sums of D's columns.</summary>
    public readonly void AddRight(Span<float> bias, bool accumulates)
    {
        for (int column = 0; column < _columns; column += MatMul.PanelWidth)
        {
            int width = Math.Min(MatMul.PanelWidth, _columns - column);
            Reductions.ColumnSums(_right.Slice(column * _count, MatMul.PanelWidth * _count), MatMul.PanelWidth, _count, 0, width, bias[column..], accumulates);
        }
    }
}
