using System.Collections.Concurrent;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Passes;
using Equipoise.Engine.Tests.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Execution;

public sealed class GradientWorkTests
{
    [Theory]
    [InlineData(300, 500, 32, 2, true), InlineData(300, 500, 7, 1, true), InlineData(257, 64, 40, 3, true), InlineData(700, 1100, 130, 2, true), InlineData(330, 1025, 5, 2, true)]
    [InlineData(300, 40, 32, 2, true), InlineData(64, 256, 32, 2, true), InlineData(256, 128, 33, 3, true), InlineData(33, 125, 9, 2, true), InlineData(1400, 3, 32, 2, true), InlineData(1, 5000, 6, 2, true)]
    // Where a kernel may share its slice of the store with others, and where the two halves of the batch are summed apart.
    [InlineData(64, 64, 32, 2, false), InlineData(300, 3, 32, 2, false), InlineData(300, 500, 400, 2, false)]
    public void Gradients_handed_on_and_those_in_the_store_are_together_the_gradient_to_the_bit(int inner, int columns, int rows, int workers, bool handsOn)
    {
        using var whole = Probe(inner, columns, rows, workers);
        using var parts = Probe(inner, columns, rows, workers);
        whole.Run();
        var collected = new Collected(parts.Store);
        // Twice, so that memory holds what another run left.
        parts.Run(collected);
        Array.Fill(parts.Store.Gradient, float.NaN);
        collected.Slices.Clear();
        parts.Run(collected);
        Assert.Equal(handsOn, !collected.Slices.IsEmpty);
        foreach (var (slice, gradient) in collected.Slices)
        {
            var (start, length) = parts.Store.Slice(slice);
            Assert.All(parts.Store.Gradient.AsSpan(start, length).ToArray(), g => Assert.True(float.IsNaN(g)));
            gradient.CopyTo(parts.Store.Gradient, start);
        }
        Assert.Equal(whole.Store.Gradient, parts.Store.Gradient);
    }

    [Fact]
    public void A_kernel_used_twice_is_summed_in_the_store()
    {
        using var whole = Probe(300, 500, 9, 2, copies: 2);
        using var parts = Probe(300, 500, 9, 2, copies: 2);
        whole.Run();
        var collected = new Collected(parts.Store);
        parts.Run(collected);
        Assert.Empty(collected.Slices);
        Assert.Equal(whole.Store.Gradient, parts.Store.Gradient);
    }

    [Fact]
    public void A_step_in_two_phases_stops_before_its_parameters_too()
    {
        using var whole = Probe(300, 500, 9, 1, mode: Mode.TwoPhaseTraining);
        using var parts = Probe(300, 500, 9, 2, mode: Mode.TwoPhaseTraining);
        whole.Run();
        var collected = new Collected(parts.Store);
        parts.Run(collected);
        Assert.NotEmpty(collected.Slices);
        foreach (var (slice, gradient) in collected.Slices) gradient.CopyTo(parts.Store.Gradient, parts.Store.Slice(slice).Start);
        Assert.Equal(whole.Store.Gradient, parts.Store.Gradient);
    }

    [Fact]
    public void A_step_in_portions_does_not_stop_before_its_parameters()
    {
        using var probe = BatchPortionsTests.Probe(BatchPortionsTests.Rows, Mode.Training, 1);
        var problem = Assert.Throws<InvalidOperationException>(() => probe.Run(new Collected(probe.Store)));
        Assert.Contains(nameof(Executor.CanStopBeforeParameters), problem.Message, StringComparison.Ordinal);
    }

    private static GraphProbe Probe(int inner, int columns, int rows, int workers, int copies = 1, Mode mode = Mode.Training)
    {
        Parameter kernel = Samples.Parameter("kernel", inner, columns), bias = Samples.Parameter("bias", columns), head = Samples.Parameter("head", columns, 3);
        var random = new Random(rows);
        float[] x = [.. Enumerable.Range(0, rows * inner).Select(_ => random.NextSingle() - 0.5f)];
        return new GraphProbe([Feed.Constant(new Shape(inner), x)], (graph, nodes) => graph.Add("head", new Affine(head, null), graph.Add("affine", new Affine(kernel, bias), nodes[0])), rows, mode, workers, copies);
    }

    private sealed class Collected(ParameterStore store) : IGradientWork
    {
        public ConcurrentDictionary<int, float[]> Slices { get; } = new();

        public void Ready(int firstSlice, ReadOnlySpan<float> gradient, int worker)
        {
            for (int slice = firstSlice; !gradient.IsEmpty; slice++)
            {
                int length = store.Slice(slice).Length;
                Assert.True(Slices.TryAdd(slice, gradient[..length].ToArray()), $"Slice {slice} came twice.");
                gradient = gradient[length..];
            }
        }
    }
}
