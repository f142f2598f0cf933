using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Operations;

/// <summary>How a window slides over sequences [length, channels] or images [height, width, channels].</summary>
/// <param name="Size">Extent of the window: one number for sequences, two (height, width) for images.</param>
/// <param name="Strides">How far it moves at a time; as many numbers.</param>
/// <param name="Padding">What happens at the edges.</param>
public sealed record Window(IReadOnlyList<int> Size, IReadOnlyList<int> Strides, WindowPadding Padding = WindowPadding.Valid)
{
    /// <summary>Distance between neighbouring elements of the window; as many numbers, 1 for a dense one.</summary>
    public IReadOnlyList<int> Dilations { get; init; } = [.. Enumerable.Repeat(1, Size.Count)];

    /// <summary>Elements of the window.</summary>
    public int Taps => Size.Count == 1 ? Size[0] : Size[0] * Size[1];

    /// <summary>Whether neighbouring windows have no pixel in common.</summary>
    internal bool IsApart => !Size.Where((size, axis) => ((size - 1) * Dilations[axis]) + 1 > Strides[axis]).Any();

    /// <summary>The window over rows of this shape. Allocates nothing.</summary>
    /// <exception cref="ShapeException">The input has another number of axes, or is smaller than the window.</exception>
    internal WindowGrid Over(Shape input)
    {
        bool image = Size.Count == 2;
        if (input.Rank != Size.Count + 1) throw new ShapeException($"wants {(image ? "images [height, width, channels]" : "sequences [length, channels]")}, but the input is {input}. Put a Reshape before it");
        if (Padding == WindowPadding.Causal && image) throw new ShapeException("causal padding is for sequences only. Use Same");
        var (down, top, outHeight) = image ? Axis(input[0], 0, input) : (1, 0, 1);
        var (right, left, outWidth) = image ? Axis(input[1], 1, input) : Axis(input[0], 0, input);
        int last = Size.Count - 1;
        return new WindowGrid(
            image ? input[0] : 1, image ? input[1] : input[0], input.Width, outHeight, outWidth,
            image ? Size[0] : 1, Size[last], down, right, image ? Dilations[0] : 1, Dilations[last], top, left);
    }

    /// <summary>Shape of a row of the output with so many channels.</summary>
    /// <exception cref="ShapeException">The input has another number of axes, or is smaller than the window.</exception>
    public Shape OutputShape(Shape input, int channels)
    {
        var grid = Over(input);
        return Size.Count == 2 ? new Shape(grid.OutHeight, grid.OutWidth, channels) : new Shape(grid.OutWidth, channels);
    }

    private (int Stride, int Before, int Positions) Axis(int length, int axis, Shape input)
    {
        int size = Size[axis], stride = Strides[axis], dilation = Dilations[axis];
        if (size < 1 || stride < 1 || dilation < 1) throw new ShapeException($"has a window of size {size}, stride {stride}, dilation {dilation}; each must be at least 1");
        if (stride > 1 && dilation > 1) throw new ShapeException($"has stride {stride} and dilation {dilation}; only one of them may be above 1");
        int reach = ((size - 1) * dilation) + 1;
        if (Padding == WindowPadding.Valid)
        {
            if (reach > length) throw new ShapeException($"has a window that reaches over {reach} elements, but axis {axis} of the input {input} has {length}. Use padding Same, or a smaller window");
            return (stride, 0, ((length - reach) / stride) + 1);
        }
        int positions = ((length - 1) / stride) + 1;
        int before = Padding == WindowPadding.Causal ? reach - 1 : Math.Max(((positions - 1) * stride) + reach - length, 0) / 2;
        return (stride, before, positions);
    }
}
