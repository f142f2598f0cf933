using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = s·x + t, number by number, with parameters over the last axes that repeat over the others: one number for all, one a channel, or one for every number of a row.</summary>
/// <remarks>s and t have the same length, which divides the numbers of a row. ∂x = s·∂y; ∂s = Σ x·∂y and ∂t = Σ ∂y over rows and repeats, in order.</remarks>
/// <param name="scale">s, or null for 1.</param>
/// <param name="shift">t, or null for 0.</param>
public sealed class ParameterAffine(Parameter? scale, Parameter? shift) : Operation
{
    private readonly int _length = (scale ?? shift)?.Length ?? 1;
    private readonly int _shiftAt = scale is null ? 0 : 1;

    /// <inheritdoc/>
    public override string Kind => "parameter_affine";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [.. new[] { scale, shift }.OfType<Parameter>()];

    /// <inheritdoc/>
    public override Keeps Keeps => (scale is { Trainable: true } ? Keeps.InputsForParameters : Keeps.None) | (Parameters.Any(p => p.Trainable) ? Keeps.OutputGradientForParameters : Keeps.None);

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => inputs[0].Size % _length == 0 && Parameters.All(p => p.Length == _length) ? inputs[0] : throw new ShapeException($"has {_length} numbers to repeat, but the input {inputs[0]} has {inputs[0].Size}");

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => _length;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        ReadOnlySpan<float> s = scale is null ? [] : pass.Parameter(0), t = shift is null ? [] : pass.Parameter(_shiftAt);
        for (int first = 0; first < pass.Output.Length; first += _length)
        {
            var x = pass.Input(0).Slice(first, _length);
            var y = pass.Output.Slice(first, _length);
            for (int i = 0; i < y.Length; i++)
            {
                float value = s.IsEmpty ? x[i] : s[i] * x[i];
                y[i] = t.IsEmpty ? value : value + t[i];
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        ReadOnlySpan<float> s = scale is null ? [] : pass.Parameter(0);
        for (int first = 0; first < pass.OutputGradient.Length; first += _length)
        {
            var dy = pass.OutputGradient.Slice(first, _length);
            var dx = pass.InputGradient(0).Slice(first, _length);
            for (int i = 0; i < dx.Length; i++) dx[i] += s.IsEmpty ? dy[i] : s[i] * dy[i];
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        Span<float> ds = scale is { Trainable: true } ? pass.Gradient(0).Slice(pass.FirstUnit, pass.Units) : [];
        Span<float> dt = shift is { Trainable: true } ? pass.Gradient(_shiftAt).Slice(pass.FirstUnit, pass.Units) : [];
        if (!ds.IsEmpty && !pass.Accumulates(0)) ds.Clear();
        if (!dt.IsEmpty && !pass.Accumulates(_shiftAt)) dt.Clear();
        for (int first = pass.FirstUnit; first < pass.OutputGradient.Length; first += _length)
        {
            var dy = pass.OutputGradient.Slice(first, pass.Units);
            for (int i = 0; i < ds.Length; i++) ds[i] += pass.Input(0)[first + i] * dy[i];
            for (int i = 0; i < dt.Length; i++) dt[i] += dy[i];
        }
    }
}
