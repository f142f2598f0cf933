using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Operations;

/// <summary>y = x above 0, a·x below, with a learned slope a for each element of a row.</summary>
/// <remarks>∂x = ∂y·(1 or a); ∂a = Σ over rows of ∂y·x where x is below 0. Source: He and others, "Delving deep into rectifiers", 2015, equation 1.</remarks>
/// <param name="slope">a, of the shape of a row.</param>
public sealed class ParametricRelu(Parameter slope) : Operation
{
    /// <inheritdoc/>
    public override string Kind => "parametric_relu";

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; } = [slope];

    /// <inheritdoc/>
    public override Keeps Keeps => Keeps.Inputs | Keeps.InputsForParameters | Keeps.OutputGradientForParameters;

    /// <inheritdoc/>
    public override Shape InferShape(ReadOnlySpan<Shape> inputs)
        => inputs[0].Size == slope.Length ? inputs[0] : throw new ShapeException($"has slopes for rows of {slope.Shape}, but the input is {inputs[0]}");

    /// <inheritdoc/>
    public override int Units(NodeShapes shapes) => slope.Length;

    /// <inheritdoc/>
    public override void Forward(in ForwardPass pass)
    {
        var a = pass.Parameter(0);
        for (int first = 0; first < pass.Output.Length; first += a.Length)
        {
            var x = pass.Input(0).Slice(first, a.Length);
            var y = pass.Output.Slice(first, a.Length);
            for (int i = 0; i < a.Length; i++) y[i] = x[i] < 0 ? a[i] * x[i] : x[i];
        }
    }

    /// <inheritdoc/>
    public override void Backward(in BackwardPass pass)
    {
        if (!pass.Wants(0)) return;
        var a = pass.Parameter(0);
        for (int first = 0; first < pass.OutputGradient.Length; first += a.Length)
        {
            var x = pass.Input(0).Slice(first, a.Length);
            var dy = pass.OutputGradient.Slice(first, a.Length);
            var dx = pass.InputGradient(0).Slice(first, a.Length);
            for (int i = 0; i < a.Length; i++) dx[i] += x[i] < 0 ? a[i] * dy[i] : dy[i];
        }
    }

    /// <inheritdoc/>
    public override void ParameterGradient(in ParameterPass pass)
    {
        var gradient = pass.Gradient(0).Slice(pass.FirstUnit, pass.Units);
        if (!pass.Accumulates(0)) gradient.Clear();
        for (int row = 0; row < pass.Rows; row++)
        {
            int first = (row * slope.Length) + pass.FirstUnit;
            var x = pass.Input(0).Slice(first, pass.Units);
            var dy = pass.OutputGradient.Slice(first, pass.Units);
            for (int i = 0; i < gradient.Length; i++)
            {
                if (x[i] < 0) gradient[i] += x[i] * dy[i];
            }
        }
    }
}
