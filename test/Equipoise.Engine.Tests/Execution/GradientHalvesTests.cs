using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Tests.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Execution;

public sealed class GradientHalvesTests
{
    private const int Inner = 20, Columns = 9;

    [Theory]
    [InlineData(301, 1), InlineData(301, 2), InlineData(301, 3), InlineData(128, 2), InlineData(128, 5)]
    public void A_kernel_s_gradient_is_the_sum_over_the_first_half_of_the_rows_and_that_over_the_second_to_the_bit(int rows, int workers)
    {
        float[] x = Numbers(rows * Inner);
        using var probe = Probe(x, rows, workers);
        // Twice, so that memory holds what another run left.
        probe.Run();
        probe.Run();
        float[] seeds = probe.Cotangents[0];
        var gradient = probe.Store.GradientOf(probe.Parameter("kernel"));
        var bias = probe.Store.GradientOf(probe.Parameter("bias"));
        int half = (rows + 1) / 2;
        for (int j = 0; j < Columns; j++)
        {
            for (int i = 0; i < Inner; i++) Assert.Equal(Chain(0, half, i, j) + Chain(half, rows, i, j), gradient[(i * Columns) + j]);
            Assert.Equal(Sum(0, half, j) + Sum(half, rows, j), bias[j]);
        }

        float Chain(int first, int end, int i, int j)
        {
            float sum = 0;
            for (int row = first; row < end; row++) sum = MathF.FusedMultiplyAdd(x[(row * Inner) + i], seeds[(row * Columns) + j], sum);
            return sum;
        }

        float Sum(int first, int end, int j)
        {
            float sum = 0;
            for (int row = first; row < end; row++) sum += seeds[(row * Columns) + j];
            return sum;
        }
    }

    [Fact]
    public void A_layer_used_twice_sums_all_rows_of_both_uses()
    {
        const int Rows = 200;
        using var one = Probe(Numbers(Rows * Inner), Rows, 2);
        using var two = Probe(Numbers(Rows * Inner), Rows, 2, copies: 2);
        using var alone = Probe(Numbers(Rows * Inner), Rows, 1, copies: 2);
        one.Run();
        two.Run();
        alone.Run();
        Assert.Equal(alone.Store.Gradient, two.Store.Gradient);
        float[] seeds = two.Cotangents[1], x = Numbers(Rows * Inner);
        for (int i = 0; i < Inner; i++)
        {
            double second = 0;
            for (int row = 0; row < Rows; row++) second += (double)x[(row * Inner) + i] * seeds[row * Columns];
            Assert.Equal(one.Store.GradientOf(one.Parameter("kernel"))[i * Columns] + second, two.Store.GradientOf(two.Parameter("kernel"))[i * Columns], 1e-4);
        }
    }

    private static GraphProbe Probe(float[] x, int rows, int workers, int copies = 1)
    {
        Parameter kernel = Samples.Parameter("kernel", Inner, Columns), bias = Samples.Parameter("bias", Columns);
        return new GraphProbe([Feed.Constant(new Shape(Inner), x)], (graph, nodes) => graph.Add("affine", new Affine(kernel, bias), nodes[0]), rows, Mode.Training, workers, copies);
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
