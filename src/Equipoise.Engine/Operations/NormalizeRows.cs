using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Normalises groups of neighbouring numbers of a row, each group by itself: layer normalisation of the last axes.</summary>
/// <remarks>
/// y = γ·x̂ + β, x̂ = (x − mean)/√(variance + ε) over a group of n numbers, with the biased variance; or, without centring, x̂ = x/√(mean of x² + ε).
/// With g = γ·∂y: ∂x = (g − mean(g) − x̂·mean(g·x̂))/√(variance + ε), the middle term only with centring. ∂γ = Σ ∂y·x̂, ∂β = Σ ∂y over groups, rows in order.
/// Means are added in double. Source: Ba, Kiros and Hinton, "Layer normalization", 2016, equation 4; Zhang and Sennrich, "Root mean square layer normalization", 2019, equation 4.
/// </remarks>
/// <param name="length">n, the product of the last axes that are normalised together.</param>
/// <param name="gamma">γ [n], or null for 1.</param>
/// <param name="beta">β [n], or null for 0.</param>
/// <param name="epsilon">ε.</param>
/// <param name="centers">Whether the mean is subtracted.</param>
public sealed class NormalizeRows(int length, Parameter? gamma, Parameter? beta, double epsilon, bool centers = true) : Operation
{
    private const long WorkEach = 8;
    private readonly int _betaAt = gamma is null ? 0 : 1;

    /// <inheritdoc/>
    public override string Kind => "normalize_rows";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [.. new[] { gamma, beta }.OfType<Parameter>()];

    /// <inheritdoc/>
    public override Keeps Keeps => Parameters.Count == 0 ? Keeps.Inputs : Keeps.Inputs | Keeps.InputsForParameters | Keeps.OutputGradientForParameters | Keeps.TapeForParameters;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
    {
        int size = 1;
        for (int axis = inputs[0].Rank - 1; axis >= 0 && size < length; axis--) size *= inputs[0][axis];
        return size == length ? inputs[0] : throw new ShapeException($"normalises {length} numbers together, but the last axes of {inputs[0]} do not make {length}");
    }

    // Mean and 1/√(variance + ε) of each group.
    /// <inheritdoc/>
    public override int TapeSize(NodeShapes shapes) => 2 * shapes.Output.Size / length;

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => length;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        ReadOnlySpan<float> scale = gamma is null ? [] : pass.Parameter(0), shift = beta is null ? [] : pass.Parameter(_betaAt);
        for (int group = 0; group < pass.Output.Length / length; group++)
        {
            var x = pass.Input(0).Slice(group * length, length);
            var y = pass.Output.Slice(group * length, length);
            double mean = centers ? Reductions.SumDouble(x) / length : 0, square = 0;
            foreach (float value in x) square += (value - mean) * (value - mean);
            float middle = (float)mean, inverse = (float)(1 / Math.Sqrt((square / length) + epsilon));
            pass.Tape[2 * group] = middle;
            pass.Tape[(2 * group) + 1] = inverse;
            for (int i = 0; i < y.Length; i++)
            {
                float normal = (x[i] - middle) * inverse;
                if (!scale.IsEmpty) normal *= scale[i];
                y[i] = shift.IsEmpty ? normal : normal + shift[i];
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        ReadOnlySpan<float> scale = gamma is null ? [] : pass.Parameter(0);
        for (int group = 0; group < pass.OutputGradient.Length / length; group++)
        {
            var x = pass.Input(0).Slice(group * length, length);
            var dy = pass.OutputGradient.Slice(group * length, length);
            var dx = pass.InputGradient(0).Slice(group * length, length);
            float middle = pass.Tape[2 * group], inverse = pass.Tape[(2 * group) + 1];
            double sum = 0, product = 0;
            for (int i = 0; i < x.Length; i++)
            {
                double g = scale.IsEmpty ? dy[i] : (double)dy[i] * scale[i];
                sum += g;
                product += g * ((x[i] - middle) * inverse);
            }
            float mean = centers ? (float)(sum / length) : 0, slope = (float)(product / length);
            for (int i = 0; i < x.Length; i++)
            {
                float g = scale.IsEmpty ? dy[i] : dy[i] * scale[i];
                dx[i] += inverse * (g - mean - ((x[i] - middle) * inverse * slope));
            }
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        Span<float> dGamma = gamma is { Trainable: true } ? pass.Gradient(0).Slice(pass.FirstUnit, pass.Units) : [];
        Span<float> dBeta = beta is { Trainable: true } ? pass.Gradient(_betaAt).Slice(pass.FirstUnit, pass.Units) : [];
        if (!dGamma.IsEmpty && !pass.Accumulates(0)) dGamma.Clear();
        if (!dBeta.IsEmpty && !pass.Accumulates(_betaAt)) dBeta.Clear();
        for (int group = 0; group < pass.OutputGradient.Length / length; group++)
        {
            int first = (group * length) + pass.FirstUnit;
            var x = pass.Input(0).Slice(first, pass.Units);
            var dy = pass.OutputGradient.Slice(first, pass.Units);
            float middle = pass.Tape[2 * group], inverse = pass.Tape[(2 * group) + 1];
            for (int i = 0; i < dGamma.Length; i++) dGamma[i] += dy[i] * ((x[i] - middle) * inverse);
            for (int i = 0; i < dBeta.Length; i++) dBeta[i] += dy[i];
        }
    }
}
