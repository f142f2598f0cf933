using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Testing;

namespace Equipoise.Engine.Tests.Operations;

public class RandomDroppingTests
{
    [Theory]
    [InlineData(0, false), InlineData(0.3, false), InlineData(0.5, true), InlineData(1, false)]
    public void Gradients_agree_with_differences(double rate, bool wholeChannels)
        => FiniteDifferences.Check(new Shape(3, 5), (graph, x) => graph.Add("dropout", new RandomDropping(rate, wholeChannels), x));

    [Fact]
    public void Kept_numbers_are_scaled_and_the_share_dropped_is_the_rate()
    {
        float[] y = Run(0.25, false, Mode.Training, 0);
        Assert.All(y, v => Assert.True(v is 0 || v == (float)(1 / 0.75)));
        // 4000 draws: the standard deviation of the share is 0.007.
        Assert.InRange(y.Count(v => v == 0) / (double)y.Length, 0.22, 0.28);
    }

    [Fact]
    public void Inference_copies() => Assert.All(Run(0.9, false, Mode.Inference, 0), v => Assert.Equal(1f, v));

    [Fact]
    public void Steps_draw_anew_and_repeat()
    {
        Assert.Equal(Run(0.5, false, Mode.Training, 3), Run(0.5, false, Mode.Training, 3));
        Assert.NotEqual(Run(0.5, false, Mode.Training, 3), Run(0.5, false, Mode.Training, 4));
    }

    [Fact]
    public void Whole_channels_fall_together()
    {
        float[] y = Run(0.5, true, Mode.Training, 0);
        for (int row = 0; row < 40; row++)
        {
            for (int channel = 0; channel < 10; channel++)
            {
                Assert.Single(Enumerable.Range(0, 10).Select(p => y[(row * 100) + (p * 10) + channel]).Distinct());
            }
        }
        Assert.Contains(0f, y);
        Assert.Contains(2f, y);
    }

    private static float[] Run(double rate, bool wholeChannels, Mode mode, long step)
    {
        var ones = new float[40 * 100];
        Array.Fill(ones, 1);
        using var probe = new GraphProbe([Feed.Constant(new Shape(10, 10), ones)], (graph, nodes) => graph.Add("dropout", new RandomDropping(rate, wholeChannels), nodes[0]), rows: 40, mode);
        probe.Run(step);
        return probe.Outputs[0];
    }
}
