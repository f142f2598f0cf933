using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;

namespace Equipoise.Testing;

/// <summary>A parameter [batch rows, shape] that plays the part of an input, so that gradients to inputs can be looked at like any other.</summary>
internal sealed class VariableRows(Parameter values, Shape shape) : Operation
{
    public override string Kind => "variable_rows";

    public override IReadOnlyList<Parameter> Parameters { get; } = [values];

    public override Keeps Keeps => Keeps.OutputGradientForParameters;

    public override Shape InferShape(ReadOnlySpan<Shape> inputs) => shape;

    public override void Forward(in ForwardPass pass)
        => pass.Parameter(0).Slice(pass.FirstRow * shape.Size, pass.Rows * shape.Size).CopyTo(pass.Output);

    public override void ParameterGradient(in ParameterPass pass) => pass.OutputGradient.CopyTo(pass.Gradient(0));
}
