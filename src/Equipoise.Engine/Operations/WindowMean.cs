using System.Runtime.InteropServices;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>The mean of each channel under a sliding window; padding takes no part, so that the divisor is smaller at the edges.</summary>
/// <remarks>∂x = ∂y/count for each element of the window. Masks are not looked at.</remarks>
/// <param name="window">How it slides.</param>
public sealed class WindowMean(Window window) : Operation
{
    private readonly bool _apart = window.IsApart;

    /// <inheritdoc/>
    public override string Kind => "window_mean";

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.None;

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
            for (int row = 0; row < pass.Rows; row++)
            {
                Pooling.Mean(pass.Input(0).Slice(row * grid.RowSize, grid.RowSize), taps[..run.Taps], run.Count, grid.Step, pass.Output.Slice((row * size) + (position * grid.Channels)), grid.Channels);
            }
            position += run.Count;
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
            for (int row = 0; row < pass.Rows; row++)
            {
                Pooling.MeanGradient(taps[..run.Taps], run.Count, grid.Step, pass.OutputGradient[((row * size) + (position * grid.Channels))..],
                    pass.InputGradient(0).Slice(row * grid.RowSize, grid.RowSize), grid.Channels, adds);
            }
            position += run.Count;
        }
    }
}
