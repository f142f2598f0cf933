using System.Runtime.Intrinsics;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Tests.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Execution;

public sealed class SharedProductsTests
{
    private const int Input = 400, Width = 500;

    [Theory]
    [InlineData(1, 2), InlineData(7, 3), InlineData(32, 2), InlineData(64, 5), InlineData(128, 2), InlineData(129, 2)]
    public void Workers_that_share_wide_products_get_the_bits_that_one_gets_alone(int rows, int workers)
    {
        using var shared = Probe(rows, workers, Input, Width);
        using var alone = Probe(rows, 1, Input, Width);
        // Twice, so that memory holds what another run left.
        shared.Run();
        shared.Run();
        alone.Run();
        Assert.Equal(alone.Outputs, shared.Outputs);
        Assert.Equal(alone.Store.Gradient, shared.Store.Gradient);
        Assert.Contains(shared.Store.GradientOf(shared.Parameter("input0")).ToArray(), g => g != 0);
    }

    [Theory]
    [InlineData(Input, Width, true), InlineData(Input, 64, false), InlineData(200, Width, false)]
    public void They_are_shared_where_they_are_nearly_all_that_there_is_to_do(int input, int width, bool expected)
    {
        using var probe = Probe(8, 2, input, width);
        Assert.Equal(expected, SharedProducts.AreNearlyAll(probe.Plan.Passes[0]));
        Assert.False(SharedProducts.AreNearlyAll(probe.Plan.Passes[^1]));
    }

    // Two wide layers, each with an activation; the first is used by two others, so that gradients add up; then a narrow head.
    private static GraphProbe Probe(int rows, int workers, int input, int width)
    {
        Parameter Kernel(string name, int inner, int columns) => new(name, new Shape(inner, columns), (values, random) =>
        {
            for (int i = 0; i < values.Length; i++) values[i] = (float)((random.Uniform((ulong)i) - 0.5) / Math.Sqrt(inner));
        });
        Parameter first = Kernel("first", input, width), second = Kernel("second", width, width), third = Kernel("third", width, width), head = Kernel("head", width, 3), bias = Samples.Parameter("bias", width);
        return new GraphProbe([Feed.Variable(new Shape(input))], (graph, nodes) =>
        {
            var below = graph.Add("bent1", new ElementwiseFunction<Bend>("bend", default, Keeps.Inputs | Keeps.Output), graph.Add("first", new Affine(first, bias), nodes[0]));
            var left = graph.Add("bent2", new ElementwiseFunction<Bend>("bend", default, Keeps.Output), graph.Add("second", new Affine(second, null), below));
            var right = graph.Add("third", new Affine(third, bias), below);
            return graph.Add("head", new Affine(head, null), graph.Add("product", new Product(), left, right));
        }, rows, Mode.Training, workers);
    }

    private readonly struct Bend : IElementwise
    {
        public Vector256<float> Value(Vector256<float> x) => x * x;

        public Vector256<float> Slope(Vector256<float> x, Vector256<float> y) => y + Vector256<float>.One;
    }
}
