using System.Globalization;
using Equipoise.Advice;
using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Tests.Advice;

public sealed class RankingTests
{
    private static readonly (string Name, Func<int, string> Cell)[] Columns =
    [
        ("plain", r => AdviceBox.Text(AdviceBox.Normal(r, 2))),
        ("tail", r => AdviceBox.Text(Math.Exp(1.5 * AdviceBox.Normal(r, 4)) + 0.001)),
        ("rain", r => AdviceBox.Uniform(r, 5) < 0.6 ? "0" : AdviceBox.Text(Math.Exp(AdviceBox.Normal(r, 4)))),
        ("wild", r => AdviceBox.Text(r % 20 == 7 ? (r % 40 == 7 ? 60 : -60) : AdviceBox.Normal(r, 5))),
        ("syllables", r => (1 + Enumerable.Range(60, 3).Count(i => AdviceBox.Uniform(r, i) < 0.5)).ToString(CultureInfo.InvariantCulture)),
        ("even", r => AdviceBox.Uniform(r, 7) < 0.5 ? "yes" : "no"),
        ("rare", r => r % 25 == 3 ? "yes" : "no"),
        ("level", r => ((string[])["low", "medium", "high"])[(int)(3 * AdviceBox.Uniform(r, 15))]),
        ("tags", r => string.Join(' ', ((string[])["ta", "tb", "tc", "td", "te", "tf"]).Where((_, i) => AdviceBox.Uniform(r, 20 + i) < 0.4))),
    ];

    private static OutputAdvice Of(string column) => DataAdvice.Of(TableReader.ReadText(AdviceBox.Table(Columns)), [column]).Outputs.Single();

    [Theory]
    [InlineData("plain", "loss: mean_squared_error", "mae", "outlier_share")]
    [InlineData("tail", "transform: log, standardise: true, loss: mean_squared_error", "mae", "skew")]
    [InlineData("rain", "transform: log1p, standardise: true, loss: mean_squared_error", "mae", "zero_share")]
    [InlineData("syllables", "loss: mean_squared_error", "mae", "dispersion")]
    [InlineData("even", "loss: binary_crossentropy", "accuracy", "largest_share")]
    [InlineData("rare", "loss: binary_crossentropy, class_weights: balanced", "average_precision", "rarest_share")]
    [InlineData("level", "loss: sparse_categorical_crossentropy", "{cohen_kappa: {weights: quadratic}}", "largest_share")]
    [InlineData("tags", "loss: binary_crossentropy", "{f1: {average: micro}}", "several_share")]
    public void First_choice_and_the_statistic_that_decided(string column, string loss, string metric, string decider)
    {
        var advice = Of(column);
        Assert.Equal(loss, advice.Losses[0].Text);
        Assert.Contains(decider, advice.Losses[0].Decider, StringComparison.Ordinal);
        Assert.Equal(metric, advice.Metrics[0].Name);
    }

    [Fact]
    public void Delta_of_huber_is_that_of_the_numbers_without_their_outliers()
    {
        var advice = Of("wild");
        double delta = double.Parse(advice.Losses[0].Keys.Single().Value.Entries![0].Value.Scalar!, CultureInfo.InvariantCulture);
        Assert.Equal("huber", advice.Losses[0].Name);
        Assert.InRange(delta * advice.Statistics["deviation"], 1.345 * 0.85, 1.345 * 1.15); // those numbers have the deviation 1
    }

    // Whatever is ranked for a config must be a config.
    [Theory]
    [InlineData("plain")]
    [InlineData("tail")]
    [InlineData("rain")]
    [InlineData("wild")]
    [InlineData("syllables")]
    [InlineData("even")]
    [InlineData("rare")]
    [InlineData("level")]
    [InlineData("tags")]
    public void Every_choice_can_be_written_into_a_config(string column)
    {
        using var box = new AdviceBox(AdviceBox.Table(Columns));
        var advice = Of(column);
        foreach (var loss in advice.Losses)
        {
            File.WriteAllText(box.In("b.yaml"), $"data: {{ source: data.csv, split: split }}\ninputs: [x]\noutputs:\n  - {{ name: {column}, {loss.Text}, metrics: [{string.Join(", ", advice.Metrics.Select(m => m.Name))}] }}\n");
            Assert.Single(Equipoise.Runs.RunData.Read(Config.Load(box.In("b.yaml"))).Config.Outputs);
        }
    }

    // −log ½ per label for a fair coin, 1 for a standardised number, the entropy for classes.
    [Fact]
    public void Guess_costs_what_theory_says()
    {
        using var box = new AdviceBox(AdviceBox.Table(Columns));
        var report = box.Advise("  - { name: plain, type: number }\n  - { name: even, type: binary }\n  - { name: rare, type: binary }\n  - { name: level, type: category }");
        double Cost(string name) => report.Outputs.Single(o => o.Name == name).GuessLoss!.Value;
        Assert.Equal(1, Cost("plain"), 2);
        Assert.Equal(Math.Log(2), Cost("even"), 2);
        Assert.Equal(-(0.04 * Math.Log(0.04)) - (0.96 * Math.Log(0.96)), Cost("rare"), 2);
        Assert.Equal(Math.Log(3), Cost("level"), 2);
    }
}
