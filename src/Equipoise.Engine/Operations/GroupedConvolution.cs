using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>A convolution in which each group of filters sees its own group of channels; with a group for each channel it is the depthwise one.</summary>
/// <remarks>
/// W [taps.., channels / groups, filters]; filters of group g are neighbours and see channels [g·channels/groups, ...). A depthwise kernel [taps.., channels, multiplier] lies in memory as W does.
/// Plain loops over pixels and taps: made for few channels a group; for one group <see cref="Convolution"/> is faster by far.
/// </remarks>
/// <param name="window">How the kernel slides.</param>
/// <param name="groups">How many groups; divides channels and filters.</param>
/// <param name="kernel">W.</param>
/// <param name="bias">b [filters], or null.</param>
/// <param name="filters">Channels of the output.</param>
public sealed class GroupedConvolution(Window window, int groups, Parameter kernel, Parameter? bias, int filters) : Operation
{
    // Below this many numbers a plain loop beats a call.
    private const int ShortRun = 8;
    private readonly int _inner = kernel.Length / window.Taps / filters;      // channels of a group
    private readonly int _outer = filters / groups;                           // filters of a group

    /// <inheritdoc/>
    public override string Kind => "grouped_convolution";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = bias is null ? [kernel] : [kernel, bias];

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.InputsForParameters | Keeps.OutputGradientForParameters;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        var shape = window.OutputShape(inputs[0], filters);
        if (filters % groups != 0 || _inner * groups != inputs[0].Width || _inner * window.Taps * filters != kernel.Length)
            throw new ShapeException($"has {groups} groups, {filters} filters and a kernel {kernel.Shape}, but the input is {inputs[0]}. Groups must divide both channels and filters");
        return shape;
    }

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => window.Taps * _inner;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => 4L * shapes.Output.Size * window.Taps * _inner;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var grid = window.Over(pass.Shapes.Inputs[0]);
        var weights = pass.Parameter(0);
        for (int item = 0; item < pass.Rows * grid.Positions; item++)
        {
            int row = item / grid.Positions * grid.RowSize;
            var y = pass.Output.Slice(item * filters, filters);
            if (bias is null) y.Clear();
            else pass.Parameter(1).CopyTo(y);
            for (int tap = 0; tap < window.Taps; tap++)
            {
                int pixel = grid.Pixel(item % grid.Positions, tap);
                if (pixel < 0) continue;
                var x = pass.Input(0).Slice(row + (pixel * grid.Channels), grid.Channels);
                for (int c = 0; c < _inner; c++) AddProducts(x, c, weights.Slice(((tap * _inner) + c) * filters, filters), y);
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var grid = window.Over(pass.Shapes.Inputs[0]);
        var weights = pass.Parameter(0);
        for (int item = 0; item < pass.Rows * grid.Positions; item++)
        {
            int row = item / grid.Positions * grid.RowSize;
            var dy = pass.OutputGradient.Slice(item * filters, filters);
            for (int tap = 0; tap < window.Taps; tap++)
            {
                int pixel = grid.Pixel(item % grid.Positions, tap);
                if (pixel < 0) continue;
                var dx = pass.InputGradient(0).Slice(row + (pixel * grid.Channels), grid.Channels);
                for (int c = 0; c < _inner; c++)
                {
                    var w = weights.Slice(((tap * _inner) + c) * filters, filters);
                    if (_inner == 1 && _outer == 1) Elementwise.MultiplyAddTo(dy, w, dx);
                    else for (int g = 0; g < groups; g++) dx[(g * _inner) + c] += Dot(dy.Slice(g * _outer, _outer), w.Slice(g * _outer, _outer));
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        var grid = window.Over(pass.Shapes.Inputs[0]);
        int items = pass.Rows * grid.Positions;
        for (int unit = pass.FirstUnit; unit < pass.FirstUnit + pass.Units; unit++)
        {
            int tap = unit / _inner, c = unit % _inner;
            if (kernel.Trainable)
            {
                var gradient = pass.Gradient(0).Slice(unit * filters, filters);
                if (!pass.Accumulates(0)) gradient.Clear();
                for (int item = 0; item < items; item++)
                {
                    int pixel = grid.Pixel(item % grid.Positions, tap);
                    if (pixel < 0) continue;
                    var x = pass.Input(0).Slice((item / grid.Positions * grid.RowSize) + (pixel * grid.Channels), grid.Channels);
                    AddProducts(x, c, pass.OutputGradient.Slice(item * filters, filters), gradient);
                }
            }
            if (unit == 0 && bias is { Trainable: true }) Reductions.ColumnSums(pass.OutputGradient, filters, items, 0, filters, pass.Gradient(1), pass.Accumulates(1));
        }
    }

    // y[filters] += factors[filters] × the channel c of each filter's group.
    private void AddProducts(ReadOnlySpan<float> x, int c, ReadOnlySpan<float> factors, Span<float> y)
    {
        if (_inner == 1 && _outer == 1)
        {
            Elementwise.MultiplyAddTo(x, factors, y);
            return;
        }
        for (int g = 0; g < groups; g++)
        {
            var from = factors.Slice(g * _outer, _outer);
            var to = y.Slice(g * _outer, _outer);
            float value = x[(g * _inner) + c];
            if (_outer >= ShortRun) Elementwise.AddScaled(from, value, to);
            else for (int i = 0; i < to.Length; i++) to[i] = MathF.FusedMultiplyAdd(value, from[i], to[i]);
        }
    }

    private static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        if (x.Length >= ShortRun) return Reductions.Dot(x, y);
        float sum = 0;
        for (int i = 0; i < x.Length; i++) sum = MathF.FusedMultiplyAdd(x[i], y[i], sum);
        return sum;
    }
}
