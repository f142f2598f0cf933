using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>Compares one score with learned thresholds that always rise: y[k] = θ[k] − x.</summary>
/// <remarks>
/// θ[0] = p[0], θ[k] = θ[k − 1] + softplus(p[k]). x [.., 1], y [.., n]. ∂x = −Σ ∂y; with T[k] = Σ of ∂y[j] over j ≥ k and all rows: ∂p[0] = T[0], ∂p[k] = T[k]·σ(p[k]).
/// </remarks>
/// <param name="steps">p [n].</param>
public sealed class OrdinalThresholds(Parameter steps) : Operation
{
    private readonly int _count = steps.Length;

    /// <inheritdoc/>
    public override string Kind => "ordinal_thresholds";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [steps];

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.OutputGradientForParameters;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => inputs[0].Width == 1 ? inputs[0].WithWidth(_count) : throw new ShapeException($"wants one score, but the input is {inputs[0]}. Put a Dense(1) before it");

    /// <inheritdoc/>
    public override int ScratchSize(NodeShapes shapes, int rows) => _count;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var p = pass.Parameter(0);
        var thresholds = pass.Scratch[.._count];
        for (int k = 0; k < _count; k++) thresholds[k] = k == 0 ? p[0] : thresholds[k - 1] + Exponentials.Softplus(p[k]);
        for (int i = 0; i < pass.Output.Length; i++) pass.Output[i] = thresholds[i % _count] - pass.Input(0)[i / _count];
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        for (int i = 0; i < pass.InputGradient(0).Length; i++)
        {
            for (int k = 0; k < _count; k++) pass.InputGradient(0)[i] -= pass.OutputGradient[(i * _count) + k];
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        if (!steps.Trainable) return;
        var gradient = pass.Gradient(0);
        float after = 0;
        for (int k = _count - 1; k >= 0; k--)
        {
            float own = 0;
            for (int i = k; i < pass.OutputGradient.Length; i += _count) own += pass.OutputGradient[i];
            after += own;
            float slope = k == 0 ? after : after * Exponentials.Sigmoid(pass.Parameter(0)[k]);
            gradient[k] = pass.Accumulates(0) ? gradient[k] + slope : slope;
        }
    }
}
