using Equipoise.Metrics;

namespace Equipoise.Tests.Metrics;

public sealed class SequenceErrorRateTests
{
    // Steps say these classes; 0 is the blank.
    private static double Rate(params (int[] Steps, float[] Labels)[] rows)
    {
        const int classes = 4;
        int steps = rows[0].Steps.Length;
        var state = new SequenceErrorRate().Start(steps, classes);
        foreach (var (said, labels) in rows)
        {
            var predictions = new float[steps * classes];
            for (int t = 0; t < steps; t++) predictions[(t * classes) + said[t]] = 0.9f;
            state.Update(new MetricRows { Items = 1, Width = steps * classes, Predictions = predictions, Targets = labels });
        }

        return state.Result;
    }

    [Theory]
    [InlineData(new[] { 0, 1, 1, 0, 1, 2 }, new[] { 1f, 1, 2 }, 0)]           // repeats merge, a blank parts them
    [InlineData(new[] { 1, 1, 1, 1, 1, 1 }, new[] { 1f, 1, 2 }, 2 / 3.0)]    // one found of three
    [InlineData(new[] { 1, 2, 3, 0, 0, 0 }, new[] { 2f, 3 }, 0.5)]            // one too many
    [InlineData(new[] { 1, 3, 0, 0, 0, 0 }, new[] { 1f, 2, -1, -1 }, 0.5)]    // one changed; padding is nothing
    [InlineData(new[] { 0, 0, 0, 0, 0, 0 }, new[] { 3f, 2, 1 }, 1)]
    [InlineData(new[] { 3, 1, 2, 3, 1, 2 }, new[] { 1f }, 5)]                 // more wrong than there are
    public void Edits_are_counted_for_each_label(int[] steps, float[] labels, double rate) => Assert.Equal(rate, Rate((steps, labels)), 1e-12);

    [Fact]
    public void Rows_count_by_their_labels_not_alike()
        => Assert.Equal(1 / 4.0, Rate(([1, 2, 3], [1f, 2, 3]), ([0, 0, 0], [2f, -1, -1])), 1e-12);

    [Fact]
    public void States_merge()
    {
        var metric = new SequenceErrorRate();
        MetricState one = metric.Start(1, 3), other = metric.Start(1, 3);
        one.Update(new MetricRows { Items = 1, Width = 3, Predictions = [0, 1, 0], Targets = [2] });
        other.Update(new MetricRows { Items = 1, Width = 3, Predictions = [0, 1, 0], Targets = [1] });
        one.Merge(other);
        Assert.Equal(0.5, one.Result);
    }
}
