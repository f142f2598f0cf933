using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class EmbeddingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(70)]
    public void Gradients_agree_with_differences(int width)
        => FiniteDifferences.Check([Indices(7)], (graph, nodes) => graph.Add("embedding", new Embedding(Samples.Parameter("table", 6, width)), nodes[0]));

    [Fact]
    public void Wide_vocabulary_has_all_its_gradients_in_any_cut()
    {
        // 5000 rows are more than one turn of the parts that the table is cut into.
        int[] indices = [.. Enumerable.Range(0, 300 * 4).Select(i => i * 7919 % 5000)];
        var table = Samples.Parameter("table", 5000, 3);
        using var probe = new GraphProbe([Feed.Indices(4, 5000, indices)], (graph, nodes) => graph.Add("embedding", new Embedding(table), nodes[0]), rows: 300, Mode.Training, workers: 3);
        probe.Store.Gradient.AsSpan().Fill(float.NaN);
        probe.Run();
        var want = new float[5000 * 3];
        for (int i = 0; i < indices.Length; i++)
        {
            for (int c = 0; c < 3; c++) want[(indices[i] * 3) + c] += probe.Cotangents[0][(i * 3) + c];
        }
        Assert.Equal(want, probe.Store.GradientOf(table).ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Rows_that_another_batch_used_are_cleared_and_marks_are_those_of_the_batch(int workers)
    {
        int[] indices = new int[40 * 4];
        var table = Samples.Parameter("table", 5000, 3);
        using var probe = new GraphProbe([Feed.Indices(4, 5000, indices)], (graph, nodes) => graph.Add("embedding", new Embedding(table), nodes[0]), rows: 40, Mode.Training, workers);
        var gradient = probe.Store.GradientOf(table).ToArray();
        for (int batch = 0; batch < 4; batch++)
        {
            for (int i = 0; i < indices.Length; i++) indices[i] = ((batch * 1000) + i) * (i % 3 == 0 ? 1 : 7919) % 5000;
            probe.Run();
            var want = new float[5000 * 3];
            for (int i = 0; i < want.Length && i < indices.Length * 3; i++) want[(indices[i / 3] * 3) + (i % 3)] += probe.Cotangents[0][i];
            Assert.Equal(want, probe.Store.GradientOf(table).ToArray());
            Assert.Equal(indices.Distinct().Order(), Enumerable.Range(0, 5000).Where(probe.Store.MarksOf(table)!.IsMarked));
        }
    }

    [Fact]
    public void Looked_up_twice_in_one_table_marks_the_rows_of_both()
    {
        var table = Samples.Parameter("table", 300, 2);
        int[] first = [1, 2, 200, 3], second = [2, 299, 7, 7];
        using var probe = new GraphProbe([Feed.Indices(2, 300, first), Feed.Indices(2, 300, second)], (graph, nodes) =>
            graph.Add("sum", new Concatenation(0), graph.Add("a", new Embedding(table), nodes[0]), graph.Add("b", new Embedding(table), nodes[1])), rows: 2, Mode.Training);
        for (int run = 0; run < 2; run++)
        {
            probe.Run();
            Assert.Equal(first.Concat(second).Distinct().Order(), Enumerable.Range(0, 300).Where(probe.Store.MarksOf(table)!.IsMarked));
            Assert.Equal(first.Concat(second).Distinct().Order(), Enumerable.Range(0, 300).Where(r => probe.Store.GradientOf(table)[r * 2] != 0));
            (first[0], second[3]) = (33, 44);
        }
    }

    [Fact]
    public void Table_that_is_a_matrix_elsewhere_has_no_marks()
    {
        var table = Samples.Parameter("table", 6, 2);
        using var probe = new GraphProbe([Feed.Indices(1, 6, [5]), Feed.Constant(new Shape(1, 6), [1, 2, 3, 4, 5, 6])], (graph, nodes) =>
            graph.Add("both", new Concatenation(0), graph.Add("a", new Embedding(table), nodes[0]), graph.Add("b", new Affine(table, null), nodes[1])), rows: 1, Mode.Training);
        probe.Run();
        Assert.Null(probe.Store.MarksOf(table));
        Assert.DoesNotContain(0f, probe.Store.GradientOf(table).ToArray());
    }

    [Fact]
    public void Rows_are_those_of_the_table_and_gradients_are_summed()
    {
        var table = Samples.Parameter("table", 6, 2);
        using var probe = new GraphProbe([Feed.Indices(2, 6, [5, 1, 1, 1])], (graph, nodes) => graph.Add("embedding", new Embedding(table), nodes[0]), rows: 2, Mode.Training);
        probe.Run();
        var values = probe.Store.ValuesOf(table).ToArray();
        Assert.Equal([values[10], values[11], values[2], values[3], values[2], values[3], values[2], values[3]], probe.Outputs[0]);
        var seeds = probe.Cotangents[0];
        Assert.Equal([0, 0, seeds[2] + seeds[4] + seeds[6], seeds[3] + seeds[5] + seeds[7], 0, 0, 0, 0, 0, 0, seeds[0], seeds[1]], probe.Store.GradientOf(table).ToArray());
    }

    [Fact]
    public void Index_outside_the_vocabulary_is_told()
    {
        using var probe = new GraphProbe([Feed.Indices(1, 6, [6])], (graph, nodes) => graph.Add("embedding", new Embedding(Samples.Parameter("table", 6, 2)), nodes[0]), rows: 1, Mode.Inference);
        Assert.Contains("vocabulary of 6", Assert.ThrowsAny<Exception>(() => probe.Run()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Mask_is_zero_at_index_zero()
    {
        using var probe = new GraphProbe([Feed.Indices(3, 6, [5, 0, 1, 0, 0, 0])], (graph, nodes) => graph.Add("mask", new NotZeroMask(), nodes[0]), rows: 2, Mode.Inference);
        probe.Run();
        Assert.Equal([1, 0, 1, 0, 0, 0], probe.Outputs[0]);
    }

    private static Feed Indices(int rows) => Feed.Indices(4, 6, [.. Enumerable.Range(0, rows * 4).Select(i => i * i % 5)]);
}
