namespace Equipoise.Balancing.Tests;

/// <summary>What the frame around the methods does: holding, rescaling, priorities, messages.</summary>
public sealed class BalancerTests
{
    private static readonly double[][] Rows = [[-4, 1, 1], [6, 1, 1]];

    [Fact]
    public void Weights_are_held_between_updates_and_nothing_is_needed()
    {
        var balancer = (new Mgda() with { UpdateEvery = 3 }).Start(2);
        double[] weights = Harness.Weigh(balancer, Rows);
        for (int held = 0; held < 2; held++)
        {
            Assert.Equal(BalancerNeeds.None, balancer.NeedsNow);
            var again = new double[2];
            balancer.Weigh(default, again);
            Assert.Equal(weights, again);
        }

        Assert.Equal(BalancerNeeds.Gramian, balancer.NeedsNow);
        Assert.NotEqual(weights, Harness.Weigh(balancer, [[1, 0, 0], [0, 3, 0]]));
    }

    [Fact]
    public void An_output_that_was_masked_when_weights_were_made_has_the_base_weight_while_they_are_held()
    {
        var balancer = (new PCGrad() with { UpdateEvery = 2 }).Start(3);
        double[] masked = Harness.Weigh(balancer, [.. Rows, [1, 1, 1]], present: [true, true, false]), held = new double[3];
        balancer.Weigh(default, held);
        Assert.Equal([masked[0], masked[1], 1], held);
    }

    [Theory, InlineData(WeightScale.SumToOne, 1), InlineData(WeightScale.SumToTasks, 2)]
    public void Weights_are_scaled_to_the_wanted_sum(WeightScale scale, double sum)
    {
        double[] plain = Harness.Weigh(new PCGrad().Start(2), Rows), scaled = Harness.Weigh((new PCGrad() with { Rescale = scale }).Start(2), Rows);
        Assert.Equal(sum, scaled.Sum(), 1e-12);
        Assert.Equal(plain[0] / plain[1], scaled[0] / scaled[1], 1e-12);
    }

    [Fact]
    public void Direction_can_be_as_long_as_the_mean_gradient()
    {
        var settings = new GeometricMean() with { Rescale = WeightScale.MeanNorm };
        Assert.Equal(BalancerNeeds.Losses | BalancerNeeds.Gramian, settings.Needs);
        double[] weights = Harness.Weigh(settings.Start(2), Rows, [1, 5]);
        Assert.Equal(Harness.Norm([1, 1, 1]), Harness.Norm(Harness.Combine(weights, Rows)), 1e-12);
    }

    [Fact]
    public void A_direction_is_rescaled_with_its_weights()
    {
        float[] plain = new float[3], scaled = new float[3];
        double[] weights = Harness.Weigh(new GradDrop().Start(2), Rows, direction: plain);
        double[] half = Harness.Weigh((new GradDrop() with { Rescale = WeightScale.SumToOne }).Start(2), Rows, direction: scaled);
        Assert.Equal([.. weights.Select(w => w / 2)], half);
        Assert.Equal([.. plain.Select(v => v / 2)], scaled);
    }

    [Fact]
    public void Priorities_multiply_weights_or_are_part_of_the_formula()
    {
        double[] priorities = [2, 0.5], plain = Harness.Weigh(new NashMtl().Start(2), Rows), weighted = Harness.Weigh(new NashMtl().Start(2), Rows, priorities: priorities);
        Assert.Equal([plain[0] * 2, plain[1] * 0.5], weighted);

        // UPGrad keeps its promise with any priorities.
        double[] decrease = new double[2], careful = Harness.Weigh(new UPGrad().Start(2), Rows, priorities: [5, 0.1]);
        GramianDiagnostics.Decrease(Harness.Gramian(Rows), careful, decrease);
        Assert.All(decrease, value => Assert.True(value >= -1e-12));
    }

    [Fact]
    public void An_output_of_priority_zero_takes_no_part()
    {
        double[] weights = Harness.Weigh(new PCGrad().Start(3), [.. Rows, [0, -5, 0]], priorities: [1, 1, 0]);
        Assert.Equal([.. Harness.Weigh(new PCGrad().Start(2), Rows), 0], weights);
    }

    [Fact]
    public void Last_weights_can_be_read_without_a_step()
    {
        var balancer = new Mgda().Start(2);
        double[] weights = Harness.Weigh(balancer, Rows);
        Assert.Equal(weights, balancer.LastWeights.ToArray());
    }

    [Fact]
    public void Random_draws_are_decided_by_seed_and_step()
    {
        double[] At(ulong seed, long step) => Harness.Weigh(new RandomWeights().Start(2), Rows, seed: seed, step: step);
        Assert.Equal(At(1, 5), At(1, 5));
        Assert.NotEqual(At(1, 5), At(1, 6));
        Assert.NotEqual(At(1, 5), At(2, 5));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        var balancer = new Mgda().Start(2);
        var problem = Assert.Throws<ArgumentException>(() => balancer.Weigh(new BalancerInput { Losses = [1, 2] }, new double[2]));
        Assert.Contains("Mgda with 2 outputs wants 4 numbers in Gramian, but there are 0", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new GradDrop().Start(2).Weigh(new BalancerInput { Gradients = Harness.Floats(Rows) }, new double[2]));
        Assert.Throws<ArgumentException>(() => new FixedWeights().Start(2).Weigh(new BalancerInput { Priorities = [1, -1] }, new double[2]));
        Assert.Throws<ArgumentException>(() => new Uncertainty { Initials = [1] }.Start(2));
        Assert.Throws<ArgumentException>(() => new CrMogm { Method = new GradDrop() }.Start(2));
        Assert.Throws<ArgumentException>(() => new ParetoMtl().Start(3));
    }

    [Fact]
    public void State_of_another_method_is_refused()
    {
        var state = new Famo().Start(2).Save();
        var problem = Assert.Throws<ArgumentException>(() => new Uncertainty().Start(2).Load(state));
        Assert.Contains("log_variance", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Famo().Start(3).Load(state));
    }

    [Fact]
    public void FAMO_takes_weight_from_the_output_that_improved_more()
    {
        var balancer = new Famo().Start(2);
        Harness.Weigh(balancer, Rows, [1, 1]);
        balancer.AfterStep([0.5, 0.99]);
        double[] logits = balancer.Save()["logits"];
        Assert.True(logits[0] < 0 && logits[1] > 0, string.Join(' ', logits));
    }

    [Fact]
    public void Prioritisation_puts_the_weight_on_the_poor_one()
    {
        var balancer = new DynamicTaskPriority(Gamma: 2).Start(3);
        Assert.Equal([1, 1, 1], Harness.Weigh(balancer, [[1, 0], [0, 1], [1, 1]]));
        balancer.EndEpoch([1, 1, 1], [0.9, 0.2, double.NaN]);
        double[] weights = Harness.Weigh(balancer, [[1, 0], [0, 1], [1, 1]]);
        Assert.Equal(-(0.1 * 0.1) * Math.Log(0.9), weights[0], 1e-12);
        Assert.Equal(-(0.8 * 0.8) * Math.Log(0.2), weights[1], 1e-12);
        Assert.Equal(1, weights[2]);
    }

    [Fact]
    public void Schedule_goes_from_one_set_of_weights_to_the_other()
    {
        var settings = new ScheduledWeights { From = [1, 0], To = [0, 2], Begin = 2, End = 6 };
        var balancer = settings.Start(2);
        double[] At(int epoch) => Harness.Weigh(balancer, Rows, priorities: [10, 10], epoch: epoch);
        Assert.Equal([10, 0], At(0));
        Assert.Equal([10, 0], At(2));
        Assert.Equal([7.5, 5], At(3));
        Assert.Equal([0, 20], At(6));
        Assert.Equal([0, 20], At(100));
    }

    [Fact]
    public void GO4Align_finds_the_best_groups()
    {
        var random = new Random(3);
        for (int round = 0; round < 50; round++)
        {
            double[] losses = [.. Enumerable.Range(0, 6).Select(_ => 0.1 + random.NextDouble())];
            double[][] rows = [.. losses.Select(_ => new double[] { 1 })];
            double[] before = Harness.Weigh(new Go4Align(6).Start(6), rows, losses), grouped = Harness.Weigh(new Go4Align(3).Start(6), rows, losses);
            double cost = before.Zip(grouped, (a, b) => (a - b) * (a - b)).Sum(), best = double.PositiveInfinity;
            double[] sorted = [.. before.Order()];
            for (int i = 1; i < 5; i++)
            {
                for (int j = i + 1; j < 6; j++) best = Math.Min(best, Spread(sorted.AsSpan(0, i)) + Spread(sorted.AsSpan(i, j - i)) + Spread(sorted.AsSpan(j)));
            }

            Assert.Equal(3, grouped.Distinct().Count());
            Assert.Equal(best, cost, 1e-9 * best);
        }

        static double Spread(ReadOnlySpan<double> values)
        {
            double[] all = values.ToArray();
            return all.Sum(v => (v - all.Average()) * (v - all.Average()));
        }
    }

    [Fact]
    public void GradDrop_keeps_coordinates_whose_signs_agree_and_one_sign_of_the_others()
    {
        double[][] rows = [[1, 2, 0, -3], [2, -1, 0, -1]];
        var seen = new HashSet<float>();
        for (int step = 0; step < 200; step++)
        {
            var direction = new float[4];
            Harness.Weigh(new GradDrop().Start(2), rows, step: step, direction: direction);
            Assert.Equal([3, 0, -4], [direction[0], direction[2], direction[3]]);
            seen.Add(direction[1]);
        }

        Assert.Equal([-1, 2], seen.Order());
    }

    [Fact]
    public void DB_MTL_without_memory_makes_all_log_gradients_as_long_as_the_longest()
    {
        double[][] rows = [[3, 0, 0, 0, 0, 0], [0, 5, 0, 0, 0, 0]];
        double[] losses = [0.5, 10];
        var direction = new float[6];
        Harness.Weigh(new DbMtl(Beta: 0).Start(2), rows, losses, direction: direction);
        Assert.Equal(6, direction[0], 1e-5);
        Assert.Equal(6, direction[1], 1e-5);
    }
}
