using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Equipoise.Engine.Kernels;

/// <summary>Convolutions read straight from the image, channels last: no patches are copied.</summary>
/// <remarks>
/// A window's row is a run of neighbouring numbers, and windows side by side begin at equal distances: so a product P·W of patches and kernel needs P only in thought.
/// <b>Same bits everywhere</b>, as for <see cref="MatMul"/>: each number of the output is one chain of fused multiply-adds over the inner index in ascending order
/// from zero, then the bias; each number of the kernel's gradient is one over the outputs in row-major order, from what the tile holds. Nothing is allocated.
/// </remarks>
internal static unsafe class DirectConvolution
{
    // Numbers of the inner index at a time, so that a piece of a panel (48 KiB at the most) stays in the first-level cache.
    private const int InnerPiece = 384;

    /// <summary>y = Σ over the window x·W + bias, for lines of positions: line l, position p reads the window at l·aLine + p·aPosition and writes at l·cLine + p·cPosition.</summary>
    /// <param name="shape">The convolution; its height and width are not looked at.</param>
    /// <param name="x">From the first window on.</param>
    /// <param name="panels">W [inner, filters] as <see cref="MatMul.Pack"/> leaves it.</param>
    /// <param name="bias">[filters], or empty.</param>
    /// <param name="y">From the first output on.</param>
    /// <param name="lines">Where windows and outputs lie.</param>
    public static void Forward(in DirectShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> panels, ReadOnlySpan<float> bias, Span<float> y, in DirectLines lines)
    {
        if (lines.Count == 0 || lines.Positions == 0) { return; }
        Require(x.Length, ((lines.Count - 1) * lines.XLine) + ((lines.Positions - 1) * lines.XPosition) + (shape with { Height = 1, Width = 1 }).Reach, nameof(x));
        Require(y.Length, ((lines.Count - 1) * lines.YLine) + ((lines.Positions - 1) * lines.YPosition) + shape.Filters, nameof(y));
        Require(panels.Length, MatMul.PackedLength(shape.Inner, shape.Filters), nameof(panels));
        if (!bias.IsEmpty) { Require(bias.Length, shape.Filters, nameof(bias)); }
        if (Avx512F.IsSupported) { ForwardWith<Avx512RunBlocks>(shape, x, panels, bias, y, lines); }
        else if (Avx2.IsSupported && Fma.IsSupported) { ForwardWith<Avx2RunBlocks>(shape, x, panels, bias, y, lines); }
        else { DirectConvolutionPlain.Forward(shape, x, panels, bias, y, lines); }
    }

    /// <summary>tile += Σ over outputs, in row-major order, of x·g: a piece of the gradient of W. A piece that <see cref="KernelPiece.IsFirst"/> has one more row, Σ g: the gradient of the bias.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="piece">Which rows and columns of the gradient.</param>
    /// <param name="x">The image.</param>
    /// <param name="outputGradient">g [height, width, filters].</param>
    /// <param name="tile">See <see cref="KernelTile"/>.</param>
    public static void KernelGradient(in DirectShape shape, in KernelPiece piece, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradient, Span<float> tile)
    {
        if (shape.Height == 0 || shape.Width == 0) { return; }
        Require(x.Length, shape.Reach, nameof(x));
        Require(outputGradient.Length, shape.Height * shape.Width * shape.Filters, nameof(outputGradient));
        Require(tile.Length, KernelPiece.TileLength, nameof(tile));
        if (Avx512F.IsSupported) { KernelGradientWith<Avx512RunBlocks>(shape, piece, x, outputGradient, tile); }
        else if (Avx2.IsSupported && Fma.IsSupported) { KernelGradientWith<Avx2RunBlocks>(shape, piece, x, outputGradient, tile); }
        else { DirectConvolutionPlain.KernelGradient(shape, piece, x, outputGradient, tile); }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ForwardWith<TBlocks>(in DirectShape shape, ReadOnlySpan<float> x, ReadOnlySpan<float> panels, ReadOnlySpan<float> bias, Span<float> y, in DirectLines lines)
        where TBlocks : struct, IRunBlocks
    {
        int length = shape.RunLength, runs = shape.Runs;
        var atOnce = shape.RunsRight > 1 ? shape.RunsRight : Math.Clamp(InnerPiece / Math.Max(1, length), 1, runs);
        var distance = shape.RunsRight > 1 ? shape.DilationRight * shape.Channels : shape.DilationDown * shape.RowStride;
        // Where the second half of 32 filters lies: in the same panel, or in the next.
        var second = MatMul.PanelWidth == MatMul.WidestPanel ? MatMul.WidestPanel / 2 : (nint)MatMul.PanelWidth * shape.Inner;
        fixed (float* px = x, pw = panels, pb = bias, py = y)
        {
            for (var column = 0; column < shape.Filters; column += MatMul.WidestPanel)
            {
                var width = Math.Min(MatMul.WidestPanel, shape.Filters - column);
                for (var run = 0; run < runs; run += atOnce)
                {
                    var count = Math.Min(atOnce, runs - run);
                    var steps = new RunSteps(lines.XPosition, 1, distance, MatMul.PanelWidth, second, lines.YPosition, count, length, BPadded: true);
                    var last = pb is not null && run + count == runs ? pb + column : null;
                    var panel = pw + (nint)column * shape.Inner + (nint)run * length * MatMul.PanelWidth;
                    float* from = px + shape.RunOffset(run), to = py + column;
                    for (var line = 0; line < lines.Count; line++, from += lines.XLine, to += lines.YLine)
                    {
                        TBlocks.Blocks(lines.Positions, width, steps, from, panel, to, run > 0, last);
                    }
                }
            }
        }
    }

    internal static void KernelGradientWith<TBlocks>(in DirectShape shape, in KernelPiece piece, ReadOnlySpan<float> x, ReadOnlySpan<float> outputGradient, Span<float> tile)
        where TBlocks : struct, IRunBlocks
    {
        // Beside the columns of the piece others may be read, which is quicker than a mask, but not beyond the end.
        var readable = Math.Max(0, (outputGradient.Length - piece.FirstColumn - KernelPiece.MostColumns + shape.Filters) / (shape.Width * shape.Filters));
        var whole = Math.Min(shape.Height, readable);
        fixed (float* px = x, pg = outputGradient, pt = tile)
        {
            if (whole > 0) { KernelGradientOf<TBlocks>(shape with { Height = whole }, piece, px, pg, pt, padded: true); }
            if (whole < shape.Height)
            {
                KernelGradientOf<TBlocks>(shape with { Height = shape.Height - whole }, piece, px + whole * shape.StrideDown * shape.RowStride, pg + whole * shape.Width * shape.Filters, pt, padded: false);
            }
        }
    }

    private static void KernelGradientOf<TBlocks>(in DirectShape shape, in KernelPiece piece, float* x, float* g, float* tile, bool padded)
        where TBlocks : struct, IRunBlocks
    {
        var steps = new RunSteps(1, shape.StrideRight * shape.Channels, shape.StrideDown * shape.RowStride, shape.Filters, MatMul.WidestPanel / 2, KernelPiece.MostColumns, shape.Height, shape.Width, padded);
        g += piece.FirstColumn;
        if (!piece.IsGrouped)
        {
            for (var run = 0; run < piece.Count; run++)
            {
                TBlocks.Blocks(piece.Length, piece.Columns, steps, x + shape.RunOffset(piece.First + run) + piece.FirstInRun, g, tile + run * piece.Length * KernelPiece.MostColumns, true, null);
            }
        }
        else if (TBlocks.HasGroups)
        {
            TBlocks.Groups(GroupsOf(shape, piece), piece.Columns, steps, x, g, tile);
            return;                                             // groups have summed g along the way
        }
        else
        {
            for (var group = 0; group < piece.Count; group++)
            {
                var (run, row) = KernelPiece.Group(shape, piece.First + group);
                var rows = Math.Min(KernelPiece.GroupRows, shape.RunLength);
                TBlocks.Blocks(rows, piece.Columns, steps, x + shape.RunOffset(run) + row, g, tile + group * KernelPiece.GroupRows * KernelPiece.MostColumns, true, null);
            }
        }
        if (piece.IsFirst) { TBlocks.Sums(shape.Height * shape.Width, piece.Columns, shape.Filters, g, tile + piece.TileRows * KernelPiece.MostColumns); }
    }

    private static RowGroups GroupsOf(in DirectShape shape, in KernelPiece piece)
    {
        Span<int> places = stackalloc int[KernelPiece.Groups];
        for (var group = 0; group < places.Length; group++)
        {
            var (run, row) = KernelPiece.Group(shape, piece.First + Math.Min(group, piece.Count - 1));
            places[group] = shape.RunOffset(run) + row;
        }
        var last = Math.Min(KernelPiece.GroupRows, shape.RunLength) - 1;
        return new(places[0], places[1], places[2], places[3], places[4], Math.Min(1, last), Math.Min(2, last), Math.Min(3, last), Math.Min(4, last));
    }

    private static void Require(int length, int needed, string name)
    {
        if (length < needed) { throw new ArgumentException($"Has {length} numbers but needs {needed}.", name); }
    }
}
