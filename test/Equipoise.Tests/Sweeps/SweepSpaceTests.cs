using System.Globalization;
using Equipoise.Configs;
using Equipoise.Engine.Randomness;
using Equipoise.Sweeps;

namespace Equipoise.Tests.Sweeps;

public sealed class SweepSpaceTests
{
    // Weights are written with 4 digits.
    private const double WrittenDigits = 2e-3;

    [Theory]
    [InlineData("a.b=1e-4..1e-2:log", 0.5, "0.001")]
    [InlineData("a.b=1e-4..1e-2:log", 1, "0.01")]
    [InlineData("a.b=2..4", 0.25, "2.5")]
    [InlineData("a.b=16..19:int", 0.99, "19")]
    [InlineData("a.b=16..19:int", 0.24, "16")]
    [InlineData("a.b=1..1000:log:int", 0.5, "32")]
    [InlineData("a.b=-1..1", 0, "-1")]
    [InlineData("a.b=mae,{huber: {delta: 1, x: 2}},mse", 0.5, "{huber: {delta: 1, x: 2}}")]
    [InlineData("a.b=x,y", 1, "y")]
    public void A_dimension_has_values(string text, double coordinate, string value)
        => Assert.Equal(value, Assert.Single(SweepSpace.Parse(text).At([coordinate])).Value);

    [Theory]
    [InlineData("a.b", "no '='")]
    [InlineData("a.b=1", "only the value '1'")]
    [InlineData("a.b=2..1", "above the first")]
    [InlineData("a.b=0..1:log", "bounds above 0")]
    [InlineData("a.b=0..1:lgo", "Did you mean 'log'?")]
    [InlineData("a.b=0.5..4:int", "whole numbers")]
    [InlineData("a.b=x,y,x", "'x' twice")]
    public void What_is_wrong_with_a_dimension_is_told(string text, string expected)
        => Assert.Contains(expected, Assert.Throws<ConfigException>(() => SweepSpace.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Weights_sum_to_the_outputs_and_keep_the_least()
    {
        var weights = new WeightDimension(["a", "b", "c"], [1, 1, 1], 0.1);
        var random = new RandomStream(1);
        for (ulong i = 0; i < 200; i++)
        {
            double[] values = weights.Weights([random.Uniform(2 * i), random.Uniform((2 * i) + 1)]);
            Assert.Equal(3, values.Sum(), 1e-12);
            Assert.All(values, v => Assert.True(v >= 0.1));
            Assert.Equal(values.Sum(), weights.At([random.Uniform(2 * i), random.Uniform((2 * i) + 1)]).Sum(c => double.Parse(c.Value, CultureInfo.InvariantCulture)), WrittenDigits);
        }
    }

    [Fact]
    public void Weights_are_spread_evenly_over_the_simplex()
    {
        // Of Dirichlet(1, 1, 1, 1) every share has the mean 1/4 and exceeds 1/2 with probability (1/2)^3.
        const int Points = 4096;
        double[][] shares = [.. Enumerable.Range(0, Points).Select(i => WeightDimension.Simplex([SobolSequence.At((uint)i, 0), SobolSequence.At((uint)i, 1), SobolSequence.At((uint)i, 2)]))];
        for (int k = 0; k < 4; k++)
        {
            Assert.Equal(0.25, shares.Average(s => s[k]), 0.005);
            Assert.Equal(0.125, shares.Count(s => s[k] > 0.5) / (double)Points, 0.01);
        }
    }

    [Fact]
    public void Coordinates_of_a_share_lead_back_to_it()
    {
        double[][] all = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.2, 0.3, 0.5], [0.5, 0.5, 0]];
        foreach (double[] shares in all)
        {
            double[] back = WeightDimension.Simplex(WeightDimension.Coordinates(shares));
            for (int k = 0; k < 3; k++) Assert.Equal(shares[k], back[k], 1e-12);
        }
    }

    [Fact]
    public void Weights_of_the_config_are_what_factors_multiply()
    {
        var weights = new WeightDimension(["a", "b"], [30, 0.5], 0);
        Assert.Equal(["30", "0.5"], weights.At([0.5]).Select(c => c.Value));
        Assert.Equal("outputs.\"x.y\".weight", new WeightDimension(["x.y", "b"], [1, 1]).At([0.5])[0].Path);
    }

    [Fact]
    public void A_plan_survives_its_text()
    {
        var plan = SweepPlan.Read("""
            sweep:
              weights: {least: 0.2}
              set:
                training.optimizer.adam.learning_rate: 1e-4..1e-2:log
                outputs.price.loss: [mse, {huber: {delta: 2}}]
              by: [price.r2, cut.accuracy:max]
              sampler: nsga2
              trials: 40
              seeds: 2
              epochs: 9
              halving: true
            """, "plan.yaml");
        Assert.Equal((0.2, "nsga2", 40, 2, 9, HalvingRule.UsualMargin), (plan.LeastWeight, plan.Sampler, plan.Trials, plan.Seeds, plan.Epochs!.Value, plan.Halving!.Value));
        Assert.Equal("{huber: {delta: 2}}", ((ChoiceDimension)plan.Settings[1]).Values[1]);
        var again = SweepPlan.Read(plan.ToText(), "again");
        Assert.Equal(plan.ToText(), again.ToText());
        Assert.Equal(plan.Settings[0], again.Settings[0]);
        Assert.Equal(((ChoiceDimension)plan.Settings[1]).Values, ((ChoiceDimension)again.Settings[1]).Values);
        Assert.True(plan.Continues(again with { Trials = 80 }));
        Assert.False(plan.Continues(again with { Seed = 2 }));
    }

    [Fact]
    public void Mistakes_of_a_plan_are_told_together()
    {
        string message = Assert.Throws<ConfigException>(() => SweepPlan.Read("sweep:\n  trails: 3\n  sampler: sbol\n  seeds: 0\n  set: {a.b: 3..1}\n", "plan.yaml")).Message;
        foreach (string expected in (string[])["Did you mean 'trials'?", "Did you mean 'sobol'?", "plan.yaml:4", "above the first", "4 mistakes"]) Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}
