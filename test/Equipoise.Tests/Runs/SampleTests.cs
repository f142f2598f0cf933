using Equipoise.Configs;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Tests.Runs;

/// <summary>The samples that take seconds, trained as a reader would, and held to figures. The same seed gives the same bits everywhere, so a figure below its bar is a change of ours.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, InlineData("equipoise", 0.90), InlineData("unseen", 0.80)]
    public void Siamese_network_knows_the_same_clothes(string config, double auc)
    {
        var test = Test($"same-clothes/{config}.yaml");
        Assert.True(test["same", "auc"] >= auc, $"The AUC is {test["same", "auc"]}.");
        Assert.Equal(6000, test.Account["same"].Labelled);
    }

    [Fact]
    public void Two_heads_read_two_digits()
    {
        var test = Test("two-digits/equipoise.yaml");
        Assert.True(test["left", "accuracy"] >= 0.945, $"The accuracy on the left is {test["left", "accuracy"]}.");
        Assert.True(test["right", "accuracy"] >= 0.93, $"The accuracy on the right is {test["right", "accuracy"]}.");
        Assert.Equal(4000, test.Account["left"].Labelled);
    }

    [Fact]
    public void A_week_of_weather_gives_six_answers()
    {
        var test = Test("weather/equipoise.yaml");
        Assert.Equal(6, test.Account.Outputs.Count);
        // No worse than linear regression of each by itself, but for a little.
        Assert.True(test["temp_max", "rmse"] < 3.1, $"RMSE {test["temp_max", "rmse"]}");
        Assert.True(test["temp_min", "rmse"] < 2.45, $"RMSE {test["temp_min", "rmse"]}");
        Assert.True(test["wind", "r2"] > 0.31, $"R² {test["wind", "r2"]}");
        Assert.True(test["precipitation", "r2_log1p"] > 0.105, $"R² {test["precipitation", "r2_log1p"]}");
        Assert.True(test["weather", "accuracy"] > 0.58, $"Accuracy {test["weather", "accuracy"]}");
        Assert.True(test["wet", "accuracy"] > 0.72, $"Accuracy {test["wet", "accuracy"]}");
    }

    [Fact]
    public void Rare_answers_and_heavy_tails_are_learned_together()
    {
        var test = Test("check-times/equipoise.yaml");
        Assert.True(test["check_time", "mae"] < 38.5, $"MAE {test["check_time", "mae"]}");
        Assert.True(test["roxygen", "auc"] > 0.9, $"AUC {test["roxygen", "auc"]}");
        Assert.True(test["github", "auc"] > 0.815, $"AUC {test["github", "auc"]}");
        Assert.True(test["rforge", "average_precision"] > 0.101, $"Average precision {test["rforge", "average_precision"]}");
        Assert.True(test.Account["check_time"].Labelled < test.Account["roxygen"].Labelled, "no check time was missing");
    }

    private EvaluationResult Test(string sample)
        => TrainingRun.Start(Config.Load(Repository.Path($"samples/{sample}")), new RunOptions { Root = Path.Combine(_folder, "runs") }).Test!;
}
