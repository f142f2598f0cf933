using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Tests.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Execution;

public sealed class BatchPortionsTests
{
    internal const int Rows = 350;
    private const int Side = 32, Filters = 16;

    [Fact]
    public void Rows_that_leave_much_go_through_a_training_step_in_portions()
    {
        using var probe = Probe(Rows, Mode.Training, 1);
        int portion = BatchPortions.RowsOf(probe.Plan, Rows);
        Assert.InRange(portion, 32, Rows / 2);
        Assert.Equal(0, portion % 16);
    }

    [Theory]
    [InlineData(Mode.TwoPhaseTraining, Rows), InlineData(Mode.Inference, Rows), InlineData(Mode.Training, 20)]
    public void All_go_together_where_a_pass_needs_the_whole_batch_or_where_they_leave_little(Mode mode, int rows)
    {
        using var probe = Probe(rows, mode, 1);
        Assert.Equal(rows, BatchPortions.RowsOf(probe.Plan, rows));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Portions_give_the_gradient_of_the_whole_batch_whoever_works(int workers)
    {
        using var portions = Probe(Rows, Mode.Training, workers);
        using var alone = Probe(Rows, Mode.Training, 1);
        using var whole = Probe(Rows, Mode.TwoPhaseTraining, 1);
        // Twice, so that memory holds what another run left.
        portions.Run();
        foreach (var probe in (GraphProbe[])[portions, alone, whole]) probe.Run();
        Assert.Equal(whole.Outputs[0], portions.Outputs[0]);
        Assert.Equal(alone.Store.Gradient, portions.Store.Gradient);
        float largest = whole.Store.Gradient.Max(MathF.Abs);
        Assert.True(largest > 0);
        for (int i = 0; i < whole.Store.Gradient.Length; i++) Assert.Equal(whole.Store.Gradient[i], portions.Store.Gradient[i], 1e-5f * largest);
    }

    internal static GraphProbe Probe(int rows, Mode mode, int workers)
    {
        var window = new Window([3, 3], [1, 1]);
        Parameter kernel = Samples.Parameter("kernel", 3, 3, 1, Filters), bias = Samples.Parameter("bias", Filters), dense = Samples.Parameter("dense", Filters, 5);
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, rows * Side * Side).Select(_ => random.NextSingle() - 0.5f)];
        return new GraphProbe([Feed.Constant(new Shape(Side, Side, 1), x)], (graph, nodes) =>
        {
            var images = graph.Add("convolution", new Convolution(window, kernel, bias), nodes[0]);
            var maximum = graph.Add("pool", new WindowMaximum(new Window([Side - 2, Side - 2], [1, 1])), images);
            return graph.Add("head", new Affine(dense, null), maximum);
        }, rows, mode, workers);
    }
}
