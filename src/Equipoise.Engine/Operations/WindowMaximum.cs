using System.Runtime.InteropServices;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The greatest number of each channel under a sliding window; padding takes no part.</summary>
/// <remarks>
/// The gradient goes to the place the number came from; of equal ones to the first in row-major order, and of a NaN to none. Nothing is kept but input and output: the
/// place is found again by comparing. Masks are not looked at.
/// </remarks>
/// <param name="window">How it slides.</param>
public sealed class WindowMaximum(Window window) : Operation
{
    private readonly bool _apart = window.IsApart;

    /// <inheritdoc/>
    public override string Kind => "window_maximum";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs | Keeps.Output;

    /// <inheritdoc/>
    public override bool Overwrites => _apart;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => window.OutputShape(inputs[0], inputs[0].Width);

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => window.Taps;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => (long)window.Taps * shapes.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var grid = window.Over(pass.Shapes.Inputs[0]);
        var taps = MemoryMarshal.Cast<float, int>(pass.Scratch);
        int size = pass.Shapes.Output.Size;
        for (int position = 0; position < grid.Positions;)
        {
            var run = grid.Next(position, taps);
            int lines = AlikeLines(grid);
            for (int row = 0; row < pass.Rows; row++)
            {
                for (int line = 0; line < lines; line++)
                {
                    int below = line * LineStep(grid), place = (row * size) + ((position + (line * run.Count)) * grid.Channels);
                    Pooling.Maximum(pass.Input(0).Slice((row * grid.RowSize) + below, grid.RowSize - below), taps[..run.Taps], run.Count, grid.Step, pass.Output[place..], grid.Channels);
                }
            }
            position += lines * run.Count;
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var grid = window.Over(pass.Shapes.Inputs[0]);
        var taps = MemoryMarshal.Cast<float, int>(pass.Scratch);
        int size = pass.Shapes.Output.Size;
        bool adds = !_apart || pass.Accumulates(0);
        if (!adds && !grid.Tiles) pass.InputGradient(0).Clear();               // pixels between the windows
        for (int position = 0; position < grid.Positions;)
        {
            var run = grid.Next(position, taps);
            int lines = AlikeLines(grid);
            for (int row = 0; row < pass.Rows; row++)
            {
                for (int line = 0; line < lines; line++)
                {
                    int below = line * LineStep(grid), image = (row * grid.RowSize) + below, length = grid.RowSize - below, place = (row * size) + ((position + (line * run.Count)) * grid.Channels);
                    Pooling.MaximumGradient(pass.Input(0).Slice(image, length), taps[..run.Taps], run.Count, grid.Step, pass.Output[place..], pass.OutputGradient[place..],
                        pass.InputGradient(0).Slice(image, length), grid.Channels, adds);
                }
            }
            position += lines * run.Count;
        }
    }

    // Lines of windows that see the same taps, seen from their line: all of an image without padding. They are done one after the other, so that memory is read in order.
    private static int AlikeLines(in WindowGrid grid) => grid.IsPadded ? 1 : grid.OutHeight;

    private static int LineStep(in WindowGrid grid) => grid.StrideDown * grid.Width * grid.Channels;
}
