using System.Globalization;
using System.Text;
using Equipoise.Configs;
using Equipoise.Engine.Randomness;
using Equipoise.Trials;

namespace Equipoise.Tests.Trials;

public sealed class ComparisonTests : IDisposable
{
    private const int Problems = 20, Right = 19;

    private readonly SmallData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void On_labels_with_outliers_huber_is_named_the_winner_over_squares()
    {
        int named = Count((config, plan) => Assert.Single(Compare(config, plan.WithLosses("y=huber,mean_squared_error")).Verdicts).Winner == "huber");
        Assert.True(named >= Right, $"The true winner was named in {named} of {Problems} problems.");
    }

    [Fact]
    public void Of_two_variants_that_differ_by_chance_alone_none_is_named()
    {
        // The name of a layer decides nothing but the random numbers that it begins with.
        var variants = new[] { Variant.Parse("one:trunk=[{dense: 8, activation: tanh, name: one}]"), Variant.Parse("other:trunk=[{dense: 8, activation: tanh, name: other}]") };
        int none = Count((config, plan) =>
        {
            var result = Compare(config, plan with { Variants = variants });
            Assert.NotEqual(result.Variants[0].Mean(0), result.Variants[1].Mean(0));
            return result.Verdicts[0].Winner is null;
        });
        Assert.True(none >= Right, $"No winner was named in {none} of {Problems} problems.");
    }

    [Fact]
    public void A_variant_is_no_better_than_itself()
    {
        var result = Compare(_data.Config(), new ComparisonPlan { Variants = [new Variant("a", []), new Variant("b", [])], By = ["y.mae", "kind.accuracy"], Seeds = 2 });
        Assert.All(result.Verdicts, v => Assert.Null(v.Winner));
        Assert.All(result.Verdicts, v => Assert.Equal((0, 0, 0), (v.Differences[0].Mean, v.Differences[0].Low, v.Differences[0].High)));
    }

    [Fact]
    public void One_seed_names_no_winner()
    {
        var result = Compare(_data.Config(), new ComparisonPlan { Variants = [new Variant("a", []), Variant.Parse("b:training.epochs=1;training.optimizer={sgd: 0.000001}")], By = ["y.mae"], Seeds = 1 });
        Assert.Null(result.Verdicts[0].Winner);
        Assert.Equal("a", result.Verdicts[0].Best);
        Assert.Contains("--seeds 2", result.Verdicts[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_of_three_variants_are_corrected_and_a_diverged_one_is_told()
    {
        var result = Compare(_data.Config(), new ComparisonPlan
        {
            Variants = [new Variant("a", []), Variant.Parse("b:training.optimizer={sgd: 0.000001}"), Variant.Parse("c:training.optimizer={sgd: 1e30}")],
            By = ["0.5*kind.accuracy + 0.5*size.accuracy"], Seeds = 2, Test = true,
        });
        var verdict = result.Verdicts[0];
        Assert.Equal(0.975, verdict.Confidence, 1e-12);
        Assert.True(verdict.Figure.HigherIsBetter);
        Assert.Contains("became", result.Variants[2].Fault, StringComparison.Ordinal);
        Assert.True(double.IsNaN(result.Variants[2].Mean(0)));
        Assert.True(double.IsFinite(result.Variants[0].Test(0)));
        Assert.Equal(0, verdict.Differences.Single(d => d.Second == "c").Seeds);
    }

    [Fact]
    public void Balancers_are_compared_with_fixed_weights_that_were_searched_for()
    {
        var config = _data.Config();
        var notes = new List<TrialNote>();
        var result = Comparison.Run(new TrialRunner(config), new ComparisonPlan { By = ["y.mae"], Seeds = 2 }.WithBalancers("uncertainty", config), notes.Add);
        Assert.Equal(["uncertainty", "fixed, tuned"], result.Variants.Select(v => v.Variant.Name));
        Assert.Equal(9, result.Tuning!.Trials);
        Assert.Equal(9 + 4, notes.Count);
        Assert.All(notes, n => Assert.Equal(13, n.All));
        // The search saw a seed that the comparison does not use, and chose its best.
        Assert.All(notes.Take(9), n => Assert.Equal(5, n.Seed));
        Assert.Equal(notes.Take(9).Min(n => n.Value), result.Tuning.Value);
    }

    [Fact]
    public void Each_output_alone_shows_whether_the_others_harm_it()
    {
        // Two outputs that take nearly all of the gradient, and the one shared unit with it.
        var crowded = Variant.Parse("crowded:trunk=[{dense: 1, activation: linear}];outputs.size.weight=300;outputs.kind.weight=300;training.epochs=60");
        var result = Compare(_data.Config(), new ComparisonPlan { Variants = [crowded, new Variant("as it is", [])], By = ["y.mae"], Seeds = 3, Alone = true });
        Assert.Equal(["y", "kind", "size"], result.Transfer.Select(t => t.Output));
        Assert.Equal("y.mae", result.Transfer[0].Figure.Text);
        Assert.All(result.Transfer, t => Assert.Equal(3, t.Difference.Seeds));
        Assert.Equal("negative transfer", result.Transfer[0].Verdict);
        Assert.True(result.Transfer[0].Together > result.Transfer[0].Alone);
    }

    [Fact]
    public void A_plan_is_read_from_a_file()
    {
        const string Text = """
            compare:
              variants:
                plain: {}
                robust: { outputs.y.loss: {huber: {delta: 1}}, training.epochs: 2 }
              losses: { y: [mae, {quantile: 0.4}] }
              balancers: [uncertainty, {dwa: {temperature: 1}}]
              by: [y.mae, "0.5*kind.accuracy + 0.5*size.accuracy"]
              seeds: 3
              alone: true
            """;
        var plan = ComparisonPlan.Read(Text, "plan.yaml", _data.Config());
        Assert.Equal(["plain", "robust", "y mae", "y {quantile: 0.4}", "uncertainty", "{dwa: {temperature: 1}}"], plan.Variants.Select(v => v.Name));
        Assert.Equal((3, true, true, false), (plan.Seeds, plan.Alone, plan.Tune, plan.Test));
        foreach (var variant in plan.Variants) variant.Apply(_data.Config());
        var fault = Assert.Throws<ConfigException>(() => ComparisonPlan.Read(Text.Replace("seeds: 3", "sedes: 3", StringComparison.Ordinal), "plan.yaml", _data.Config()));
        Assert.StartsWith("plan.yaml:8:3:", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'seeds'?", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y.maae", "Did you mean 'y.mae'?")]
    [InlineData("z.mae", "There is no output 'z'")]
    [InlineData("y.loss", "is a loss")]
    [InlineData("total", "is a loss")]
    [InlineData("y.accuracy", "is for classes")]
    [InlineData("0.5*y.mae + kind.accuracy", "Write 'higher: 0.5*y.mae + kind.accuracy'")]
    [InlineData("0.5*y.mae +", "something is missing at the end")]
    [InlineData("1 + 2", "names no metric")]
    public void A_figure_that_cannot_judge_is_told(string by, string message)
    {
        var config = new TrialRunner(_data.Config()).Data.Config;
        Assert.Contains(message, Assert.Throws<ConfigException>(() => JudgedFigure.Parse(by, config)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_need_not_stand_in_the_config_and_knows_its_direction()
    {
        var config = new TrialRunner(_data.Config()).Data.Config;
        Assert.False(JudgedFigure.Parse("y.rmse", config).HigherIsBetter);
        Assert.True(JudgedFigure.Parse("y.r2", config).HigherIsBetter);
        Assert.True(JudgedFigure.Parse("kind.accuracy / (1 + y.mae)", config).HigherIsBetter);
        Assert.True(JudgedFigure.Parse("higher: y.mae - y.rmse", config).HigherIsBetter);
        Assert.Single(JudgedFigure.Parse("max(\"y.mae\", y.mae)", config).Terms);
    }

    private static ComparisonResult Compare(Config config, ComparisonPlan plan) => Comparison.Run(new TrialRunner(config), plan);

    // 20 problems of 250 rows, half of them to judge by: a number follows from two others but for noise, and every eighth label is far too high.
    private int Count(Func<Config, ComparisonPlan, bool> right)
    {
        int count = 0;
        for (ulong problem = 1; problem <= Problems; problem++)
        {
            var random = new RandomStream(problem);
            var text = new StringBuilder("a,b,y\n");
            for (ulong row = 0; row < 250; row++)
            {
                double a = random.Normal(6 * row), b = random.Normal((6 * row) + 2), noise = random.Normal((6 * row) + 4);
                double y = a - b + (0.5 * noise) + (random.Derive("outlier").Uniform(row) < 0.125 ? 8 : 0);
                text.Append(CultureInfo.InvariantCulture, $"{a:0.####},{b:0.####},{y:0.####}\n");
            }
            File.WriteAllText(Path.Combine(_data.Folder, "outliers.csv"), text.ToString());
            var config = Config.Read($$$"""
                data: { source: outliers.csv, split: {train: 0.5, valid: 0.5, test: 0, seed: {{{problem}}}} }
                inputs: [ {name: sides, type: number, columns: [a, b]} ]
                trunk: [ {dense: 8, activation: tanh} ]
                outputs: [ {name: y, type: number, metrics: [mae]} ]
                training: { epochs: 12, batch: 25, optimizer: {adam: {learning_rate: 0.02}}, seed: 1, workers: 1 }
                """, Path.Combine(_data.Folder, "outliers.yaml"));
            if (right(config, new ComparisonPlan { By = ["y.mae"], Seeds = 3, Resamples = 300 })) count++;
        }
        return count;
    }
}
