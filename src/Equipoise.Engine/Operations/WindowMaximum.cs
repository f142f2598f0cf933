using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The greatest number of each channel under a sliding window; padding takes no part.</summary>
/// <remarks>The gradient goes to the place the number came from; of equal ones to the first in row-major order. Masks are not looked at.</remarks>
/// <param name="window">How it slides.</param>
public sealed class WindowMaximum(Window window) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "window_maximum";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs | Keeps.Output;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => window.OutputShape(inputs[0], inputs[0].Width);

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => shapes.Output.Width;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => (long)window.Taps * shapes.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var grid = window.Over(pass.Shapes.Inputs[0]);
        int channels = grid.Channels;
        for (int item = 0; item < pass.Rows * grid.Positions; item++)
        {
            var image = pass.Input(0).Slice(item / grid.Positions * grid.RowSize, grid.RowSize);
            var y = pass.Output.Slice(item * channels, channels);
            y.Fill(float.NegativeInfinity);
            for (int tap = 0; tap < window.Taps; tap++)
            {
                int pixel = grid.Pixel(item % grid.Positions, tap);
                if (pixel < 0) continue;
                var x = image.Slice(pixel * channels, channels);
                for (int c = 0; c < y.Length; c++) y[c] = MathF.Max(y[c], x[c]);
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var grid = window.Over(pass.Shapes.Inputs[0]);
        int channels = grid.Channels;
        var left = pass.Scratch[..channels];                   // what of the gradient has not found its place yet
        for (int item = 0; item < pass.Rows * grid.Positions; item++)
        {
            int row = item / grid.Positions * grid.RowSize;
            var y = pass.Output.Slice(item * channels, channels);
            pass.OutputGradient.Slice(item * channels, channels).CopyTo(left);
            for (int tap = 0; tap < window.Taps; tap++)
            {
                int pixel = grid.Pixel(item % grid.Positions, tap);
                if (pixel < 0) continue;
                var x = pass.Input(0).Slice(row + (pixel * channels), channels);
                var dx = pass.InputGradient(0).Slice(row + (pixel * channels), channels);
                for (int c = 0; c < y.Length; c++)
                {
                    if (x[c] != y[c]) continue;
                    dx[c] += left[c];
                    left[c] = 0;
                }
            }
        }
    }
}
