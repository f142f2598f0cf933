using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class ParametricReluTests
{
    [Theory]
    [InlineData(new[] { 1 }), InlineData(new[] { 3, 4 })]
    public void Gradients_agree_with_differences(int[] shape)
    {
        var operation = new ParametricRelu(Samples.Parameter("slope", shape));
        FiniteDifferences.Check(new Shape(shape), (graph, x) => graph.Add("prelu", operation, x), new() { Draw = FiniteDifferences.AwayFrom(0) });
    }
}
