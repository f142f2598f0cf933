using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

/// <summary>Operations by which outputs share: mixtures of inputs, learned sums, selectors.</summary>
public sealed class SharingTests
{
    private const float Tolerance = 1e-6f;                     // a few additions of floats near 1

    [Theory]
    [InlineData(new[] { 5 }, 1), InlineData(new[] { 33 }, 2), InlineData(new[] { 2, 3 }, 4)]
    public void Gradients_of_a_mixture_agree_with_differences(int[] shape, int count)
        => FiniteDifferences.Check([.. Enumerable.Range(0, count).Select(_ => Feed.Variable(new Shape(shape))), Feed.Variable(new Shape(count))],
            (graph, nodes) => graph.Add("mixture", new MixtureOfInputs(), [.. nodes]), new() { Tolerance = 4e-3 });

    [Theory]
    [InlineData(new[] { 5 }, 1), InlineData(new[] { 33 }, 2), InlineData(new[] { 2, 3 }, 4)]
    public void Gradients_of_a_learned_sum_agree_with_differences(int[] shape, int count)
    {
        var operation = new LearnedSum(Samples.Parameter("factors", count));
        FiniteDifferences.Check([.. Enumerable.Range(0, count).Select(_ => Feed.Variable(new Shape(shape)))], (graph, nodes) => graph.Add("sum", operation, [.. nodes]), new() { Tolerance = 4e-3 });
    }

    [Theory]
    [InlineData(1, 2), InlineData(2, 1), InlineData(5, 2), InlineData(8, 3)]
    public void Gradients_of_selectors_agree_with_differences(int choices, int selectors)
        => FiniteDifferences.Check(new Shape(selectors * BinarySelectors.BitsOf(choices)), (graph, z) => graph.Add("selectors", new BinarySelectors(choices, 4), z));      // drawn within ±1.5, undecided within ±2

    [Fact]
    public void Mixture_of_inputs_is_the_mixture_of_one_tensor()
    {
        const int Rows = 3, Count = 4, Width = 7;
        float[][] x = [.. Enumerable.Range(0, Count).Select(e => Enumerable.Range(0, Rows * Width).Select(i => MathF.Sin((10 * e) + i)).ToArray())];
        float[] w = [.. Enumerable.Range(0, Rows * Count).Select(i => 0.1f * i)];
        using var probe = new GraphProbe([.. x.Select(v => Feed.Constant(new Shape(Width), v)), Feed.Constant(new Shape(Count), w)], (graph, nodes) => graph.Add("mixture", new MixtureOfInputs(), [.. nodes]), Rows, Mode.Inference);
        probe.Run();
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < Width; i++)
            {
                float wanted = 0;
                for (int e = 0; e < Count; e++) wanted += w[(row * Count) + e] * x[e][(row * Width) + i];
                Assert.Equal(wanted, probe.Outputs[0][(row * Width) + i], Tolerance);
            }
        }
    }

    [Fact]
    public void Selectors_by_hand()
    {
        // γ = 2. Smooth step of 0 is ½, of ½: −2/8·(1/8) + (3/4)·½ + ½ = 0.84375; 1 and above is settled.
        float[] q = Selected([0, 0.5f, 1.5f, -3], choices: 4, gamma: 2);
        Assert.Equal([0.5f * 0.15625f, 0.5f * 0.15625f, 0.5f * 0.84375f, 0.5f * 0.84375f], q[..4], (a, b) => Math.Abs(a - b) < Tolerance);
        Assert.Equal([0, 1, 0, 0], q[4..]);
    }

    [Fact]
    public void Weights_of_a_selector_sum_to_1_if_every_number_is_a_choice_and_to_less_if_not()
    {
        Assert.Equal(1, Selected([0.2f, -0.3f, 0.1f], 8, 1).Sum(), Tolerance);
        Assert.True(Selected([0.2f, -0.3f, 0.1f], 5, 1).Sum() < 0.9f);
        Assert.Equal([1f], Selected([0.4f], 1, 1));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_told()
    {
        Assert.Contains("a weight for each of its 2 inputs", Assert.Throws<ShapeException>(() => new MixtureOfInputs().InferShape([new Shape(3), new Shape(3), new Shape(3)])).Message, StringComparison.Ordinal);
        Assert.Contains("has 2 factors, but 3 inputs", Assert.Throws<ShapeException>(() => new LearnedSum(Samples.Parameter("factors", 2)).InferShape([new Shape(3), new Shape(3), new Shape(3)])).Message, StringComparison.Ordinal);
        Assert.Contains("wants 3 numbers for each selector among 5 choices", Assert.Throws<ShapeException>(() => new BinarySelectors(5, 1).InferShape([new Shape(4)])).Message, StringComparison.Ordinal);
    }

    private static float[] Selected(float[] z, int choices, float gamma)
    {
        using var probe = new GraphProbe([Feed.Constant(new Shape(z.Length), z)], (graph, nodes) => graph.Add("selectors", new BinarySelectors(choices, gamma), nodes[0]), 1, Mode.Inference);
        probe.Run();
        return probe.Outputs[0];
    }
}
