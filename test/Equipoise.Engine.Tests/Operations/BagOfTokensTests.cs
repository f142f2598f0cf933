using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class BagOfTokensTests
{
    private static readonly (int Index, float Weight)[][] Rows =
    [
        [(2, 0.5f), (0, 1), (2, -1.25f)], [], [(8, 2)], [.. Enumerable.Range(0, 30).Select(i => (i * 7 % 9, 0.1f * i))], [(1, 1)], [(3, 0)], [(4, 0.3f), (5, 0.4f)],
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(75)]
    [InlineData(130)]
    public void Gradients_agree_with_differences(int units)
        => FiniteDifferences.Check([Feed.Bag(9, Rows)], (graph, nodes) => graph.Add("bag", new BagOfTokens(Samples.Parameter("kernel", 9, units), Samples.Parameter("bias", units)), nodes[0]));

    [Fact]
    public void Wide_vocabulary_has_all_its_gradients_in_any_cut()
    {
        (int Index, float Weight)[][] rows = [.. Enumerable.Range(0, 40).Select(r => Enumerable.Range(0, 50).Select(e => (((r * 50) + e) * 7919 % 5000, 0.5f + e)).ToArray())];
        var kernel = Samples.Parameter("kernel", 5000, 9);
        using var probe = new GraphProbe([Feed.Bag(5000, rows)], (graph, nodes) => graph.Add("bag", new BagOfTokens(kernel, null), nodes[0]), rows.Length, Mode.Training, workers: 3);
        probe.Store.Gradient.AsSpan().Fill(float.NaN);
        probe.Run();
        var want = new float[5000 * 9];
        for (int r = 0; r < rows.Length; r++)
        {
            foreach (var (index, weight) in rows[r])
            {
                for (int c = 0; c < 9; c++) want[(index * 9) + c] = MathF.FusedMultiplyAdd(weight, probe.Cotangents[0][(r * 9) + c], want[(index * 9) + c]);
            }
        }
        Assert.Equal(want, probe.Store.GradientOf(kernel).ToArray());
    }

    [Fact]
    public void It_is_a_dense_layer_on_the_written_out_bag()
    {
        var kernel = Samples.Parameter("kernel", 9, 70);
        using var sparse = new GraphProbe([Feed.Bag(9, Rows)], (graph, nodes) => graph.Add("bag", new BagOfTokens(kernel, null), nodes[0]), Rows.Length, Mode.Training);
        float[] written = new float[Rows.Length * 9];
        for (int r = 0; r < Rows.Length; r++)
        {
            foreach (var (index, weight) in Rows[r]) written[(r * 9) + index] += weight;
        }
        using var dense = new GraphProbe([Feed.Constant(new Shape(9), written)], (graph, nodes) => graph.Add("dense", new Affine(kernel, null), nodes[0]), Rows.Length, Mode.Training);
        sparse.Run();
        dense.Run();
        Same(dense.Outputs[0], sparse.Outputs[0]);
        Same(dense.Store.Gradient, sparse.Store.Gradient);
    }

    // The sums run in another order: some roundings of numbers near 10.
    private static void Same(float[] want, float[] have)
    {
        for (int i = 0; i < want.Length; i++) Assert.Equal(want[i], have[i], 1e-5f * Math.Max(1, Math.Abs(want[i])));
    }
}
