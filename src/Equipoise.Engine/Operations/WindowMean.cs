using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The mean of each channel under a sliding window; padding takes no part, so that the divisor is smaller at the edges.</summary>
/// <remarks>∂x = ∂y/count for each element of the window. Masks are not looked at.</remarks>
/// <param name="window">How it slides.</param>
public sealed class WindowMean(Window window) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "window_mean";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => window.OutputShape(inputs[0], inputs[0].Width);

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
            y.Clear();
            int count = 0;
            for (int tap = 0; tap < window.Taps; tap++)
            {
                int pixel = grid.Pixel(item % grid.Positions, tap);
                if (pixel < 0) continue;
                Elementwise.AddTo(image.Slice(pixel * channels, channels), y);
                count++;
            }
            for (int c = 0; c < y.Length; c++) y[c] /= count;
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var grid = window.Over(pass.Shapes.Inputs[0]);
        int channels = grid.Channels;
        for (int item = 0; item < pass.Rows * grid.Positions; item++)
        {
            var image = pass.InputGradient(0).Slice(item / grid.Positions * grid.RowSize, grid.RowSize);
            int position = item % grid.Positions, count = 0;
            for (int tap = 0; tap < window.Taps; tap++) count += grid.Pixel(position, tap) >= 0 ? 1 : 0;
            for (int tap = 0; tap < window.Taps; tap++)
            {
                int pixel = grid.Pixel(position, tap);
                if (pixel >= 0) Elementwise.AddScaled(pass.OutputGradient.Slice(item * channels, channels), 1f / count, image.Slice(pixel * channels, channels));
            }
        }
    }
}
