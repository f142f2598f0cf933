using Equipoise.Engine.Graphs;
using Equipoise.Layers;
using Equipoise.Testing;

namespace Equipoise.Tests.Layers;

public sealed class GlobalConcatPooling1DTests
{
    [Fact]
    public void Largest_numbers_stand_before_sums_over_the_length()
        => Assert.Equal([3, 9, 1.5f, 5], LayerProbe.Run(new GlobalConcatPooling1D(), [0, 9, 3, 7, 2, 5, 1, -1], new Shape(4, 2)));

    [Fact]
    public void Masked_steps_count_in_neither()
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(4, 1), [-8, -4, 100, 100]), Feed.Constant(new Shape(4), [1, 1, 0, 0])], LayerProbe.MaskedBuilder(new GlobalConcatPooling1D()), rows: 1, Mode.Inference);
        probe.Run();
        Assert.Equal([-4, -3], probe.Outputs[0]);
    }

    [Fact]
    public void Gradient_agrees_with_finite_differences()
        => FiniteDifferences.Check([Feed.Variable(new Shape(4, 3)), Feed.Constant(new Shape(4), [.. Enumerable.Range(0, 28).Select(i => i % 4 == 3 ? 0f : 1f)])],
            LayerProbe.MaskedBuilder(new GlobalConcatPooling1D()), new() { Coordinates = 20 });
}
