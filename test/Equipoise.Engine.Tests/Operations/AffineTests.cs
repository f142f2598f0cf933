using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class AffineTests
{
    [Theory]
    [InlineData(new[] { 1 }, 1)]
    [InlineData(new[] { 5 }, 3)]
    [InlineData(new[] { 3, 17 }, 33)]
    [InlineData(new[] { 2, 2, 4 }, 40)]
    public void Gradients_agree_with_differences(int[] input, int units)
    {
        var shape = new Shape(input);
        var affine = new Affine(Samples.Parameter("kernel", shape.Width, units), Samples.Parameter("bias", units));
        FiniteDifferences.Check(shape, (graph, x) => graph.Add("affine", affine, x));
    }

    [Fact]
    public void Gradients_without_bias_agree_with_differences()
        => FiniteDifferences.Check(new Shape(4), (graph, x) => graph.Add("affine", new Affine(Samples.Parameter("kernel", 4, 2), null), x));

    [Fact]
    public void Wrong_gradient_is_found()
        => Assert.Throws<GradientException>(() => FiniteDifferences.Check(new Shape(4), (graph, x) => graph.Add("wrong", new WrongSquare(), x)));

    private sealed class WrongSquare : Operation
    {
        public override string Kind => "wrong";

        public override Keeps Keeps => Keeps.Inputs;

        public override Shape InferShape(ReadOnlySpan<Shape> inputs) => inputs[0];

        public override void Forward(in Engine.Passes.ForwardPass pass)
        {
            for (int i = 0; i < pass.Output.Length; i++) pass.Output[i] = pass.Input(0)[i] * pass.Input(0)[i];
        }

        public override void Backward(in Engine.Passes.BackwardPass pass)
        {
            for (int i = 0; i < pass.OutputGradient.Length; i++) pass.InputGradient(0)[i] += 2.01f * pass.Input(0)[i] * pass.OutputGradient[i];
        }
    }
}
