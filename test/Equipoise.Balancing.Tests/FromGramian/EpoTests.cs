namespace Equipoise.Balancing.Tests.FromGramian;

/// <summary>The concave trade-off of Mahapatra and Rajan: f = 1 − exp(−‖x ∓ 1/√n‖²) in 20 dimensions, where fixed weights reach only the ends.</summary>
public sealed class EpoTests
{
    private const int Width = 20;

    [Theory, InlineData(1, 1), InlineData(3, 1), InlineData(1, 3), InlineData(9, 1)]
    public void EPO_reaches_the_wanted_ratio_on_a_concave_front(double first, double second)
    {
        var (losses, balancer) = Descend(new Epo(), [first, second], 600, seed: 2);
        double ratio = first * losses[0] / (second * losses[1]);
        Assert.InRange(ratio, 0.9, 1.1);
        Assert.True(OnFront(losses), string.Join(' ', losses));
        Assert.Equal(2, balancer.LastWeights.ToArray().Sum(), 1e-9);
    }

    [Theory, InlineData(0.6, 0.4), InlineData(0.3, 0.7)]
    public void Fixed_weights_reach_only_an_end_of_it(double first, double second)
    {
        var (losses, _) = Descend(new FixedWeights(), [first, second], 3000, seed: 2);
        Assert.True(Math.Min(losses[0], losses[1]) < 0.05, string.Join(' ', losses));
    }

    [Fact]
    public void Smooth_Tchebycheff_reaches_the_middle_of_it()
    {
        var (losses, _) = Descend(new SmoothTchebycheff(0.05), [1, 1], 1500, seed: 3);
        Assert.Equal(losses[0], losses[1], 0.02);
        Assert.True(OnFront(losses), string.Join(' ', losses));
    }

    [Fact]
    public void Pareto_MTL_finds_another_part_of_it_with_every_sector()
    {
        double before = -1;
        for (int chosen = 0; chosen < 5; chosen++)
        {
            var (losses, _) = Descend(new ParetoMtl(5, chosen), [1, 1], 1500, seed: 4);
            double angle = Math.Atan2(losses[1], losses[0]), middle = chosen * Math.PI / 8;
            Assert.True(OnFront(losses), $"sector {chosen}: {string.Join(' ', losses)}");
            Assert.True(Math.Abs(angle - middle) <= (Math.PI / 16) + 0.05, $"sector {chosen} has angle {angle}, its middle is {middle}");
            Assert.True(angle > before);
            before = angle;
        }
    }

    // On the line between the two minima, x = s (1, ..., 1) / √n: ‖x ∓ 1/√n‖ is 1 − s and 1 + s.
    private static bool OnFront(double[] losses)
    {
        double a = Math.Sqrt(-Math.Log(1 - losses[0])), b = Math.Sqrt(-Math.Log(1 - losses[1]));
        return Math.Abs(a + b - 2) < 0.02;
    }

    private static (double[] Losses, Balancer Balancer) Descend(BalancerSettings settings, double[] priorities, int steps, int seed)
    {
        double[] x = [.. Harness.Normals(new Random(seed), Width).Select(v => v * 0.1)];
        var balancer = settings.Start(2);
        double[] losses = [];
        for (int step = 0; step < steps; step++)
        {
            var rows = new double[2][];
            losses = new double[2];
            for (int k = 0; k < 2; k++)
            {
                double centre = (k == 0 ? 1 : -1) / Math.Sqrt(Width), square = x.Sum(v => (v - centre) * (v - centre));
                losses[k] = 1 - Math.Exp(-square);
                rows[k] = [.. x.Select(v => 2 * (v - centre) * Math.Exp(-square))];
            }

            double[] direction = Harness.Combine(Harness.Weigh(balancer, rows, losses, priorities, step: step), rows);
            x = [.. x.Zip(direction, (v, d) => v - (0.05 * d))];
        }

        return (losses, balancer);
    }
}
