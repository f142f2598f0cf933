using Equipoise.Engine.Randomness;
using Equipoise.Trials;

namespace Equipoise.Tests.Trials;

public sealed class PairedDifferenceTests
{
    [Fact]
    public void Without_spread_of_the_rows_it_is_the_paired_t_interval()
    {
        // Differences 1, 2, 3, 4: mean 2.5, s = 1.29099, t(0.95, 3) = 3.18245: half = 3.18245 × 1.29099 / 2.
        var interval = PairedDifference.Of("a", "b", [1, 2, 3, 4], [2.5, 2.5, 2.5], 0.95, 100);
        Assert.Equal(2.5, interval.Mean);
        Assert.Equal(2.5 - 2.05426, interval.Low, 1e-4);
        Assert.Equal(2.5 + 2.05426, interval.High, 1e-4);
        Assert.True(interval.IsClear);
    }

    [Fact]
    public void Without_spread_of_the_seeds_it_is_the_interval_of_the_rows()
    {
        var interval = PairedDifference.Of("a", "b", [2, 2, 2], [1, 3, 1, 3], 0.95, 1_000_001);
        Assert.Equal(1.95996 * Math.Sqrt(4.0 / 3), interval.High - 2, 1e-3);
        Assert.Equal(0, interval.SeedError);
    }

    [Fact]
    public void What_no_seed_or_one_seed_cannot_say_is_not_said()
    {
        Assert.False(PairedDifference.Of("a", "b", [5], [5, 5, 5], 0.95, 10).IsClear);
        Assert.False(PairedDifference.Of("a", "b", [], [], 0.95, 10).IsClear);
        Assert.False(PairedDifference.Of("a", "b", [0, 0, 0], [0, 0], 0.95, 10).IsClear);
    }

    [Fact]
    public void Nineteen_of_twenty_intervals_hold_the_true_difference()
    {
        // True difference 1; three seeds with their own error, 200 rows whose error all seeds share.
        const int Cases = 400;
        var random = new RandomStream(1);
        int holds = 0;
        ulong next = 0;
        double Normal() => random.Normal(next++ * 2);
        for (int c = 0; c < Cases; c++)
        {
            double rows = 0.1 * Normal();
            double[] seeds = [.. Enumerable.Range(0, 3).Select(_ => 1 + rows + (0.1 * Normal()))];
            double mean = seeds.Average();
            double[] resampled = [.. Enumerable.Range(0, 200).Select(_ => mean + (0.1 * Normal()))];
            var interval = PairedDifference.Of("a", "b", seeds, resampled, 0.95, 200);
            if (interval.Low <= 1 && interval.High >= 1) holds++;
        }
        Assert.InRange(holds, (int)(0.93 * Cases), Cases);
    }
}
