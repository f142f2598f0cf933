using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Batch normalisation of each channel (the last axis) over all rows and positions of the batch; with moving statistics outside of training.</summary>
/// <remarks>
/// y = γ·x̂ + β, x̂ = (x − mean)/√(variance + ε), with the biased variance (divided by the count). While training, each of the two moving statistics becomes momentum·itself + (1 − momentum)·the batch's.
/// A second input may be a mask [positions] of 0 and 1: only positions with 1 enter the statistics, all are normalised.
/// ∂β = Σ ∂y, ∂γ = Σ ∂y·x̂, ∂x = γ/√(variance + ε)·(∂y − m/N·(∂β + x̂·∂γ)), m the mask, N its sum. Sums run over rows in order, in double.
/// With nothing to count the batch's mean and variance are 0.
/// Source: Ioffe and Szegedy, "Batch normalization", 2015, Algorithm 1. Differs: the moving variance is of the biased one, as in Keras 3.
/// </remarks>
public sealed class NormalizeBatch : Operation
{
    private const int UnitChannels = 16;
    private const long WorkEach = 8;
    private readonly Parameter? _gamma;
    private readonly Parameter? _beta;
    private readonly double _momentum;
    private readonly double _epsilon;
    private readonly bool _usesMoving;
    private readonly int _betaAt;
    private readonly int _meanAt;

    /// <summary>Batch normalisation.</summary>
    /// <param name="gamma">γ [channels], or null for 1.</param>
    /// <param name="beta">β [channels], or null for 0.</param>
    /// <param name="movingMean">Running state [channels]; not trainable.</param>
    /// <param name="movingVariance">Running state [channels]; not trainable.</param>
    /// <param name="momentum">Share of itself that a moving statistic keeps in a step.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="usesMoving">Whether training too uses the moving statistics and leaves them alone: a frozen layer.</param>
    public NormalizeBatch(Parameter? gamma, Parameter? beta, Parameter movingMean, Parameter movingVariance, double momentum, double epsilon, bool usesMoving = false)
    {
        (_gamma, _beta, _momentum, _epsilon, _usesMoving) = (gamma, beta, momentum, epsilon, usesMoving);
        Parameters = [.. new[] { gamma, beta }.OfType<Parameter>(), movingMean, movingVariance];
        _betaAt = gamma is null ? 0 : 1;
        _meanAt = Parameters.Count - 2;
    }

    /// <inheritdoc/>
    public override string Kind => "normalize_batch";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override Keeps Keeps => _usesMoving ? Keeps.None : Keeps.Inputs;

    /// <inheritdoc/>
    public override bool IsDifferentiable(int input) => input == 0;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        if (inputs[0].Width != Parameters[_meanAt].Length) throw new ShapeException($"has statistics of {Parameters[_meanAt].Length} channels, but the input is {inputs[0]}");
        if (inputs.Length > 1 && inputs[1].Size != inputs[0].Positions) throw new ShapeException($"wants a mask of {inputs[0].Positions} positions, but it is {inputs[1]}");
        return inputs[0];
    }

    // Forward: mean, 1/√(variance + ε), count. Backward: Σ ∂y, Σ ∂y·x̂. One number a channel each.
    /// <inheritdoc/>
    public override int StatisticsSize(NodeShapes shapes) => _usesMoving ? 0 : 3 * shapes.Output.Width;

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => 3 * shapes.Output.Width;

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => (shapes.Output.Width + UnitChannels - 1) / UnitChannels;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size;

    /// <inheritdoc/>
    public override void ForwardStatistics(in StatisticsPass pass)
    {
        int width = pass.Shapes.Output.Width, items = pass.Rows * pass.Shapes.Output.Positions;
        ReadOnlySpan<float> mask = pass.Shapes.Inputs.Count > 1 ? pass.Input(1) : [];
        var x = pass.Input(0);
        Span<double> mean = stackalloc double[UnitChannels], square = stackalloc double[UnitChannels];
        for (int unit = pass.FirstUnit; unit < pass.FirstUnit + pass.Units; unit++)
        {
            int first = unit * UnitChannels, channels = Math.Min(UnitChannels, width - first);
            long count = 0;
            mean.Clear();
            square.Clear();
            for (int item = 0; item < items; item++)
            {
                if (!mask.IsEmpty && mask[item] == 0) continue;
                count++;
                var values = x.Slice((item * width) + first, channels);
                for (int c = 0; c < values.Length; c++) mean[c] += values[c];
            }
            for (int c = 0; c < channels; c++) mean[c] = count == 0 ? 0 : mean[c] / count;
            for (int item = 0; item < items; item++)
            {
                if (!mask.IsEmpty && mask[item] == 0) continue;
                var values = x.Slice((item * width) + first, channels);
                for (int c = 0; c < values.Length; c++) square[c] += (values[c] - mean[c]) * (values[c] - mean[c]);
            }
            for (int c = 0; c < channels; c++)
            {
                double variance = count == 0 ? 0 : square[c] / count;
                pass.Statistics[first + c] = (float)mean[c];
                pass.Statistics[width + first + c] = (float)(1 / Math.Sqrt(variance + _epsilon));
                pass.Statistics[(2 * width) + first + c] = count;
                Move(ref pass.Parameter(_meanAt)[first + c], mean[c]);
                Move(ref pass.Parameter(_meanAt + 1)[first + c], variance);
            }
        }
    }

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int width = pass.Shapes.Output.Width;
        Span<float> mean = pass.Scratch[..width], scale = pass.Scratch.Slice(width, width), shift = pass.Scratch.Slice(2 * width, width);
        if (pass.Training && !_usesMoving)
        {
            pass.Statistics[..width].CopyTo(mean);
            pass.Statistics.Slice(width, width).CopyTo(scale);
        }
        else
        {
            pass.Parameter(_meanAt).CopyTo(mean);
            InverseDeviations(pass.Parameter(_meanAt + 1), scale);
        }
        if (_gamma is not null) Kernels.Elementwise.Multiply(scale, pass.Parameter(0), scale);
        if (_beta is not null) pass.Parameter(_betaAt).CopyTo(shift);
        else shift.Clear();
        for (int first = 0; first < pass.Output.Length; first += width)
        {
            var x = pass.Input(0).Slice(first, width);
            var y = pass.Output.Slice(first, width);
            for (int c = 0; c < y.Length; c++) y[c] = ((x[c] - mean[c]) * scale[c]) + shift[c];
        }
    }

    /// <inheritdoc/>
    public override void BackwardStatistics(in StatisticsPass pass)
    {
        int width = pass.Shapes.Output.Width, items = pass.Rows * pass.Shapes.Output.Positions;
        var x = pass.Input(0);
        var dy = pass.OutputGradient;
        Span<double> sum = stackalloc double[UnitChannels], product = stackalloc double[UnitChannels];
        for (int unit = pass.FirstUnit; unit < pass.FirstUnit + pass.Units; unit++)
        {
            int first = unit * UnitChannels, channels = Math.Min(UnitChannels, width - first);
            var mean = pass.Statistics.Slice(first, channels);
            var inverse = pass.Statistics.Slice(width + first, channels);
            sum.Clear();
            product.Clear();
            for (int item = 0; item < items; item++)
            {
                var values = x.Slice((item * width) + first, channels);
                var gradients = dy.Slice((item * width) + first, channels);
                for (int c = 0; c < values.Length; c++)
                {
                    sum[c] += gradients[c];
                    product[c] += (double)gradients[c] * ((values[c] - mean[c]) * inverse[c]);
                }
            }
            for (int c = 0; c < channels; c++)
            {
                pass.GradientStatistics[first + c] = (float)sum[c];
                pass.GradientStatistics[width + first + c] = (float)product[c];
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int width = pass.Shapes.Output.Width;
        if (_usesMoving)
        {
            var scale = pass.Scratch[..width];
            InverseDeviations(pass.Parameter(_meanAt + 1), scale);
            if (_gamma is not null) Kernels.Elementwise.Multiply(scale, pass.Parameter(0), scale);
            for (int first = 0; first < pass.OutputGradient.Length; first += width)
            {
                Kernels.Elementwise.MultiplyAddTo(pass.OutputGradient.Slice(first, width), scale, pass.InputGradient(0).Slice(first, width));
            }
            return;
        }
        ReadOnlySpan<float> mean = pass.Statistics[..width], inverse = pass.Statistics.Slice(width, width), count = pass.Statistics.Slice(2 * width, width);
        ReadOnlySpan<float> sum = pass.GradientStatistics[..width], product = pass.GradientStatistics.Slice(width, width);
        ReadOnlySpan<float> mask = pass.Shapes.Inputs.Count > 1 ? pass.Input(1) : [], gamma = _gamma is null ? [] : pass.Parameter(0);
        for (int item = 0; item < pass.OutputGradient.Length / width; item++)
        {
            bool counts = mask.IsEmpty || mask[item] != 0;
            var x = pass.Input(0).Slice(item * width, width);
            var dy = pass.OutputGradient.Slice(item * width, width);
            var dx = pass.InputGradient(0).Slice(item * width, width);
            for (int c = 0; c < dx.Length; c++)
            {
                float scale = gamma.IsEmpty ? inverse[c] : gamma[c] * inverse[c];
                float own = counts ? (sum[c] + ((x[c] - mean[c]) * inverse[c] * product[c])) / count[c] : 0;
                dx[c] += scale * (dy[c] - own);
            }
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        int width = pass.Shapes.Output.Width;
        int first = pass.FirstUnit * UnitChannels, channels = Math.Min(pass.Units * UnitChannels, width - first);
        if (_gamma is { Trainable: true }) Put(pass.GradientStatistics.Slice(width + first, channels), pass.Gradient(0).Slice(first, channels), pass.Accumulates(0));
        if (_beta is { Trainable: true }) Put(pass.GradientStatistics.Slice(first, channels), pass.Gradient(_betaAt).Slice(first, channels), pass.Accumulates(_betaAt));
    }

    private static void Put(ReadOnlySpan<float> sums, Span<float> gradient, bool adds)
    {
        if (adds) Kernels.Elementwise.AddTo(sums, gradient);
        else sums.CopyTo(gradient);
    }

    private void Move(ref float moving, double batch) => moving = (float)((moving * _momentum) + (batch * (1 - _momentum)));

    private void InverseDeviations(ReadOnlySpan<float> variance, Span<float> inverse)
    {
        for (int c = 0; c < inverse.Length; c++) inverse[c] = (float)(1 / Math.Sqrt(variance[c] + _epsilon));
    }
}
