using Equipoise.Configs;
using Equipoise.Runs;
using Equipoise.Trials;

namespace Equipoise.Tests.Trials;

public sealed class CalibrationTests : IDisposable
{
    private const double Factor = 2;

    private readonly SmallData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Contributions_are_within_a_factor_of_two_afterwards()
    {
        var result = Calibrate(new CalibrationPlan { Steps = 60, Seeds = 2 });
        Assert.True(result.RatioBefore > 10, $"The weights of the config were too good to be mended: {result.RatioBefore}.");
        Assert.True(result.RatioAfter <= Factor, $"Largest by smallest contribution: {result.RatioAfter}.");
        Assert.Equal(["y", "kind", "size"], result.Outputs.Select(o => o.Output));
        Assert.All(result.Outputs, o => Assert.InRange(o.Weight, o.Low, o.High));
        // The total stays about as large as it was.
        Assert.InRange(result.Outputs.Sum(o => o.After.Contribution) / result.Outputs.Sum(o => o.Before.Contribution), 0.5, 2);
    }

    [Fact]
    public void Gradients_are_about_equal_afterwards_by_their_rule()
    {
        var result = Calibrate(new CalibrationPlan { Rule = CalibrationRule.EqualGradient, Steps = 60, Seeds = 2, Rounds = 4 });
        double[] pulls = [.. result.Outputs.Select(o => o.Weight * o.After.Gradient)];
        Assert.True(pulls.Max() / pulls.Min() <= Factor, $"Pulls: {string.Join(", ", pulls)}.");
    }

    [Fact]
    public void Shares_are_kept()
    {
        var shares = new Dictionary<string, double> { ["y"] = 5, ["kind"] = 3, ["size"] = 2 };
        var result = Calibrate(new CalibrationPlan { Rule = CalibrationRule.Shares, Shares = shares, Steps = 60, Seeds = 2 });
        double all = result.Outputs.Sum(o => o.After.Contribution);
        Assert.All(result.Outputs, o => Assert.InRange(o.After.Contribution / all / (shares[o.Output] / 10), 1 / Factor, Factor));
    }

    [Fact]
    public void Losses_of_the_best_constant_are_variance_and_entropy()
    {
        var data = RunData.Read(Config());
        var result = Calibration.Run(data, new CalibrationPlan { Rule = CalibrationRule.RelativeToTrivial, Steps = 4, Seeds = 1 });
        // The target is standardised over the training rows, so its variance is 1.
        Assert.Equal(1, result.Outputs[0].Trivial, 1e-3);
        Assert.Equal(Entropy(data, "kind", 3), result.Outputs[1].Trivial, 1e-3);
        Assert.Equal(Entropy(data, "size", 2), result.Outputs[2].Trivial, 1e-3);
        // weight × constant loss is the same for all.
        double[] products = [.. result.Outputs.Select(o => o.Weight * o.Trivial)];
        Assert.Equal(products[0], products[1], 0.01 * products[0]);
        Assert.Equal(products[0], products[2], 0.01 * products[0]);
        Assert.Equal(1, result.Rounds);
    }

    [Fact]
    public void The_best_constant_is_a_probability_where_one_is_wanted()
    {
        var config = Variant.Parse("v:outputs.kind.activation=softmax;outputs.size.activation=sigmoid").Apply(Config());
        var data = RunData.Read(config);
        var result = Calibration.Run(data, new CalibrationPlan { Rule = CalibrationRule.RelativeToTrivial, Steps = 4, Seeds = 1 });
        Assert.Equal(Entropy(data, "kind", 3), result.Outputs[1].Trivial, 1e-3);
        Assert.Equal(Entropy(data, "size", 2), result.Outputs[2].Trivial, 1e-3);
        var divergence = RunData.Read(Variant.Parse("v:outputs.kind.loss=kl_divergence").Apply(Config()));
        // Of one class that is certain from the shares of all: the entropy, too.
        Assert.Equal(Entropy(data, "kind", 3), Calibration.Run(divergence, new CalibrationPlan { Rule = CalibrationRule.RelativeToTrivial, Steps = 4, Seeds = 1 }).Outputs[1].Trivial, 1e-3);
    }

    [Fact]
    public void The_best_constant_under_absolute_errors_is_the_median()
    {
        var data = RunData.Read(Equipoise.Configs.Config.Read(Config().Text.Replace("type: number, metrics", "type: number, transform: none, loss: mae, metrics", StringComparison.Ordinal), Config().File));
        var result = Calibration.Run(data, new CalibrationPlan { Rule = CalibrationRule.RelativeToTrivial, Steps = 4, Seeds = 1 });
        double[] labels = [.. data.Train.Targets["y"].Values.Where(v => !float.IsNaN(v)).Select(v => (double)v).Order()];
        Assert.Equal(labels.Average(v => Math.Abs(v - labels[labels.Length / 2])), result.Outputs[0].Trivial, 1e-3);
    }

    [Fact]
    public void Metrics_are_those_of_such_a_training_with_either_weights()
    {
        const int Epochs = 8, Seeds = 2;
        var plan = new CalibrationPlan { Epochs = Epochs, Seeds = Seeds };
        var result = Calibrate(plan);
        Assert.Equal(["y.mae", "y.r2", "kind.accuracy", "kind.f1", "size.accuracy", "size.auc"], result.Effects.Select(e => $"{e.Output}.{e.Metric}"));
        double[] before = Accuracy(Config()), after = Accuracy(Config(result.Outputs.ToDictionary(o => o.Output, o => o.Weight)));
        var kind = result.Effects.Single(e => e.Output == "kind" && e.Metric == "accuracy");
        Assert.Equal(before.Average(), kind.Before, 1e-12);
        Assert.Equal(after.Average(), kind.After, 1e-12);
        Assert.Equal(after.Average() - before.Average(), kind.Difference.Mean, 1e-12);
        Assert.NotEqual(kind.Before, kind.After);

        double[] Accuracy(Config config) => [.. Enumerable.Range(config.Training.Seed, Seeds).Select(seed =>
        {
            using var session = new RunSession(RunData.Read(config with { Training = config.Training with { Seed = seed, Epochs = Epochs } }));
            session.Trainer.Fit(session.Data.Train, new Equipoise.Training.FitOptions { Epochs = Epochs, BatchSize = config.Training.Batch });
            using var judge = session.Judge();
            return judge.Evaluate(session.Data.Valid!)["kind", "accuracy"];
        })];
    }

    [Theory]
    [InlineData(true, 0.1, 0.3, 1)]
    [InlineData(false, 0.1, 0.3, -1)]
    [InlineData(true, -0.3, -0.1, -1)]
    [InlineData(true, -0.1, 0.3, 0)]
    public void An_effect_is_told_from_chance_by_its_interval(bool higherIsBetter, double low, double high, int direction)
        => Assert.Equal(direction, new CalibrationEffect("y", "mae", higherIsBetter, 0, 0, new PairedDifference("after", "before", (low + high) / 2, low, high, 0, 0, 3)).Direction);

    [Fact]
    public void Outputs_that_have_learned_nothing_are_named()
    {
        Assert.Empty(Calibrate(new CalibrationPlan { Steps = 100, Seeds = 1, Rounds = 1 }).Unlearned);
        var still = Variant.Parse("v:training.optimizer={sgd: 1e-9}").Apply(Config());
        // An untrained network may be better than a constant by chance, as it is for the third.
        Assert.Equal(["y", "kind"], Calibration.Run(RunData.Read(still), new CalibrationPlan { Steps = 8, Seeds = 1, Rounds = 1 }).Unlearned);
    }

    [Fact]
    public void Outputs_without_weight_are_left_alone()
    {
        var result = Calibration.Run(RunData.Read(Variant.Parse("v:outputs.kind.weight=0").Apply(Config())), new CalibrationPlan { Steps = 20, Seeds = 1 });
        Assert.Equal(["y", "size"], result.Outputs.Select(o => o.Output));
    }

    [Fact]
    public void What_cannot_be_calibrated_is_told()
    {
        var data = RunData.Read(Config());
        CalibrationPlan Plan(params string[] outputs) => new() { Rule = CalibrationRule.Shares, Shares = outputs.ToDictionary(o => o, _ => 1.0) };
        Assert.Contains("Did you mean 'kind'?", Assert.Throws<ConfigException>(() => Calibration.Run(data, Plan("y", "kimd", "size"))).Message, StringComparison.Ordinal);
        Assert.Contains("No share is given for 'kind', 'size'", Assert.Throws<ConfigException>(() => Calibration.Run(data, Plan("y"))).Message, StringComparison.Ordinal);
        var one = Variant.Parse("v:outputs.kind.weight=0;outputs.size.weight=0").Apply(Config());
        Assert.Contains("only one output", Assert.Throws<ConfigException>(() => Calibration.Run(RunData.Read(one), new CalibrationPlan())).Message, StringComparison.Ordinal);
        var negative = Variant.Parse("v:outputs.y.loss=cosine_similarity").Apply(Config());
        Assert.Contains("but must be above 0. Use --rule equal_gradient.", Assert.Throws<ConfigException>(() => Calibration.Run(RunData.Read(negative), new CalibrationPlan { Steps = 40, Seeds = 1 })).Message, StringComparison.Ordinal);
    }

    private CalibrationResult Calibrate(CalibrationPlan plan) => Calibration.Run(RunData.Read(Config()), plan);

    private Config Config(Dictionary<string, double> weights)
        => Variant.Parse($"v:{string.Join(';', weights.Select(w => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"outputs.{w.Key}.weight={w.Value}")))}").Apply(Config());

    // Weights that are far from the rule.
    private Config Config() => Variant.Parse("far:outputs.kind.weight=0.02;outputs.y.weight=4").Apply(_data.Config());

    private static double Entropy(RunData data, string output, int classes)
    {
        float[] labels = data.Train.Targets[output].Values.ToArray();
        double[] shares = [.. Enumerable.Range(0, classes).Select(c => (double)labels.Count(v => v == c) / labels.Length)];
        return -shares.Where(s => s > 0).Sum(s => s * Math.Log(s));
    }
}
