using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Normalises groups of channels of a row, each over all positions together: group normalisation.</summary>
/// <remarks>
/// y = γ·x̂ + β, x̂ = (x − mean)/√(variance + ε), with mean and biased variance of the n = positions × channels/groups numbers of a group. γ, β one a channel.
/// With g = γ·∂y: ∂x = (g − mean(g) − x̂·mean(g·x̂))/√(variance + ε). ∂γ = Σ ∂y·x̂, ∂β = Σ ∂y over positions, rows in order. Sums are in double.
/// Source: Wu and He, "Group normalization", 2018, equations 1 to 6.
/// </remarks>
/// <param name="groups">How many groups; divides the channels.</param>
/// <param name="gamma">γ [channels], or null for 1.</param>
/// <param name="beta">β [channels], or null for 0.</param>
/// <param name="epsilon">ε.</param>
public sealed class NormalizeGroups(int groups, Parameter? gamma, Parameter? beta, double epsilon) : Operation
{
    private const long WorkEach = 10;
    private readonly int _betaAt = gamma is null ? 0 : 1;

    /// <inheritdoc/>
    public override string Kind => "normalize_groups";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [.. new[] { gamma, beta }.OfType<Parameter>()];

    /// <inheritdoc/>
    public override Keeps Keeps => Parameters.Count == 0 ? Keeps.Inputs : Keeps.Inputs | Keeps.InputsForParameters | Keeps.OutputGradientForParameters | Keeps.TapeForParameters;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => groups >= 1 && inputs[0].Width % groups == 0 ? inputs[0] : throw new ShapeException($"has {groups} groups, which must divide the {inputs[0].Width} channels of the input {inputs[0]}");

    // Mean and 1/√(variance + ε) of each group.
    /// <inheritdoc/>
    public override int TapeSize(NodeShapes shapes) => 2 * groups;

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => shapes.Output.Width;

    /// <inheritdoc/>
    public override long Work(NodeShapes shapes) => WorkEach * shapes.Output.Size;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        int size = pass.Shapes.Output.Size, width = pass.Shapes.Output.Width, share = width / groups;
        ReadOnlySpan<float> scale = gamma is null ? [] : pass.Parameter(0), shift = beta is null ? [] : pass.Parameter(_betaAt);
        for (int row = 0; row < pass.Rows; row++)
        {
            var x = pass.Input(0).Slice(row * size, size);
            var y = pass.Output.Slice(row * size, size);
            for (int group = 0; group < groups; group++)
            {
                double sum = 0, square = 0, count = size / groups;
                for (int first = group * share; first < size; first += width)
                {
                    for (int c = 0; c < share; c++) sum += x[first + c];
                }
                double mean = sum / count;
                for (int first = group * share; first < size; first += width)
                {
                    for (int c = 0; c < share; c++) square += (x[first + c] - mean) * (x[first + c] - mean);
                }
                float middle = (float)mean, inverse = (float)(1 / Math.Sqrt((square / count) + epsilon));
                pass.Tape[2 * ((row * groups) + group)] = middle;
                pass.Tape[(2 * ((row * groups) + group)) + 1] = inverse;
                for (int first = group * share; first < size; first += width)
                {
                    for (int c = 0; c < share; c++)
                    {
                        float normal = (x[first + c] - middle) * inverse;
                        if (!scale.IsEmpty) normal *= scale[(group * share) + c];
                        y[first + c] = shift.IsEmpty ? normal : normal + shift[(group * share) + c];
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        int size = pass.Shapes.Output.Size, width = pass.Shapes.Output.Width, share = width / groups;
        ReadOnlySpan<float> scale = gamma is null ? [] : pass.Parameter(0);
        for (int item = 0; item < pass.Rows * groups; item++)
        {
            int row = item / groups, channel = item % groups * share;
            var x = pass.Input(0).Slice(row * size, size);
            var dy = pass.OutputGradient.Slice(row * size, size);
            var dx = pass.InputGradient(0).Slice(row * size, size);
            float middle = pass.Tape[2 * item], inverse = pass.Tape[(2 * item) + 1];
            double sum = 0, product = 0, count = size / groups;
            for (int first = channel; first < size; first += width)
            {
                for (int c = 0; c < share; c++)
                {
                    double g = scale.IsEmpty ? dy[first + c] : (double)dy[first + c] * scale[channel + c];
                    sum += g;
                    product += g * ((x[first + c] - middle) * inverse);
                }
            }
            float mean = (float)(sum / count), slope = (float)(product / count);
            for (int first = channel; first < size; first += width)
            {
                for (int c = 0; c < share; c++)
                {
                    float g = scale.IsEmpty ? dy[first + c] : dy[first + c] * scale[channel + c];
                    dx[first + c] += inverse * (g - mean - ((x[first + c] - middle) * inverse * slope));
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        int width = pass.Shapes.Output.Width, positions = pass.Shapes.Output.Positions, share = width / groups;
        Span<float> dGamma = gamma is { Trainable: true } ? pass.Gradient(0).Slice(pass.FirstUnit, pass.Units) : [];
        Span<float> dBeta = beta is { Trainable: true } ? pass.Gradient(_betaAt).Slice(pass.FirstUnit, pass.Units) : [];
        if (!dGamma.IsEmpty && !pass.Accumulates(0)) dGamma.Clear();
        if (!dBeta.IsEmpty && !pass.Accumulates(_betaAt)) dBeta.Clear();
        for (int item = 0; item < pass.Rows * positions; item++)
        {
            int first = (item * width) + pass.FirstUnit;
            var dy = pass.OutputGradient.Slice(first, pass.Units);
            for (int i = 0; i < dGamma.Length; i++)
            {
                int tape = 2 * ((item / positions * groups) + ((pass.FirstUnit + i) / share));
                dGamma[i] += dy[i] * ((pass.Input(0)[first + i] - pass.Tape[tape]) * pass.Tape[tape + 1]);
            }
            for (int i = 0; i < dBeta.Length; i++) dBeta[i] += dy[i];
        }
    }
}
