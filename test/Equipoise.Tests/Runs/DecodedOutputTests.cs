using System.Globalization;
using System.Text;
using Equipoise.Configs;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Tests.Runs;

/// <summary>Losses whose predictions have another form than their labels, from a config: widths, predictions in words and units, metrics of what they mean.</summary>
public sealed class DecodedOutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("corn", 3)]
    [InlineData("cumulative_link", 3)]
    public void Ordered_classes_are_predicted_by_name_with_a_probability_each(string loss, int width)
    {
        // Four sizes by a sum of two numbers.
        string[] sizes = ["tiny", "small", "large", "huge"];
        Write("a,b,size", r => $"{r % 7},{r % 5},{(r % 11 == 3 ? "" : sizes[((r % 7) + (r % 5)) / 3])}", 400);
        var result = Train($"outputs: [ {{name: size, type: ordered_category, order: [tiny, small, large, huge], loss: {loss}, class_weights: {{huge: 2}}, metrics: [accuracy, {{cohen_kappa: {{weights: quadratic}}}}, brier_score, {{top_k_accuracy: 2}}]}} ]");
        Assert.True(result.Test!["size", "accuracy"] > 0.85, $"The accuracy is {result.Test["size", "accuracy"]}.");
        Assert.True(result.Test["size", "cohen_kappa_quadratic"] > 0.85);
        var run = RunFolder.Load(result.Folder!);
        Assert.Equal(width, run.Model.Outputs[0].Shape.Width);
        var data = run.ReadPart("test");
        var table = run.Predict(data, probabilities: true);
        Assert.Equal(["size", "size_probability", "size=tiny", "size=small", "size=large", "size=huge"], table.Names);
        int right = 0, labelled = 0;
        for (int row = 0; row < table.Rows; row++)
        {
            double[] each = [.. sizes.Select(s => Number(table[$"size={s}"][row]))];
            Assert.Equal(1, each.Sum(), 1e-5);
            Assert.Equal(sizes[Array.IndexOf(each, each.Max())], table["size"][row]);
            Assert.Equal(each.Max(), Number(table["size_probability"][row]), 1e-6);
            float label = data.Targets["size"].Row(row)[0];
            if (float.IsNaN(label)) continue;
            labelled++;
            right += sizes[(int)label] == table["size"][row] ? 1 : 0;
        }
        Assert.Equal((double)right / labelled, run.Evaluate(data).Metrics.Single(m => m.Name == "accuracy").Value, 1e-9);
        // Figures label by label see the same.
        var figures = run.EvaluateLabels(data);
        Assert.Equal(sizes, figures.Select(f => f.Label));
        Assert.Equal(labelled, figures.Sum(f => f.Support));
        Assert.All(sizes, s => Assert.Equal(Enumerable.Range(0, table.Rows).Count(r => table["size"][r] == s && !float.IsNaN(data.Targets["size"].Row(r)[0])), figures.Single(f => f.Label == s).Predicted));
    }

    [Fact]
    public void Thresholds_rise_whatever_the_score()
    {
        Write("a,b,size", r => $"{r % 7},{r % 5},{((r % 3) switch { 0 => "s", 1 => "m", _ => "l" })}");
        var run = RunFolder.Load(Train("outputs: [ {name: size, type: ordered_category, order: [s, m, l], loss: cumulative_link} ]", "epochs: 2").Folder!);
        float[] atMost = run.Model.Predict(run.ReadPart("test"))["size"];
        for (int i = 0; i < atMost.Length; i += 2) Assert.True(atMost[i] < atMost[i + 1]);
    }

    [Fact]
    public void Amounts_that_are_mostly_0_are_predicted_as_expected_amounts()
    {
        // Where a is even nothing is spent in 4 of 5 rows; where it is odd e^b, scattered, in 4 of 5.
        Write("a,b,spent", r => $"{r % 2},{r % 3},{(r % 5 == (r % 2 == 0 ? r % 5 : 0) && (r % 2 != 0 || r % 10 != 4) ? 0 : Math.Round(Math.Exp((r % 3) + (0.3 * Math.Sin(r * 7.1))), 3))}", 600);
        var result = Train("outputs: [ {name: spent, type: number, loss: zero_inflated_log_normal, metrics: [mae, rmse]} ]", "epochs: 60");
        var run = RunFolder.Load(result.Folder!);
        Assert.Equal(3, run.Model.Outputs[0].Shape.Width);
        var data = run.ReadPart("test");
        var table = run.Predict(data);
        Assert.Equal(["spent", "spent_probability"], table.Names);
        double[] labels = [.. Enumerable.Range(0, data.Rows).Select(r => (double)data.Targets["spent"].Row(r)[0])], amounts = [.. table["spent"].Select(Number)], chances = [.. table["spent_probability"].Select(Number)];
        Assert.Equal(labels.Zip(amounts, (t, p) => Math.Abs(t - p)).Average(), result.Test!["spent", "mae"], 1e-4);
        // The sum comes out right, and zeros are told from the others.
        Assert.InRange(amounts.Sum() / labels.Sum(), 0.75, 1.35);
        Assert.InRange(chances.Average() / labels.Average(t => t > 0 ? 1.0 : 0), 0.75, 1.35);
    }

    [Fact]
    public void Several_quantiles_have_a_column_each_and_cover_their_shares()
    {
        Write("a,b,y", r => $"{r % 2},{r % 3},{1000 + (100 * (r % 3)) + ((r % 2 == 1 ? 50 : 10) * Math.Sin(r * 12.9898))}", 900);
        var result = Train("outputs: [ {name: y, type: number, loss: {quantile: [0.9, 0.5, 0.1]}, metrics: [mae, interval_coverage, quantile_coverage]} ]", "epochs: 60");
        var run = RunFolder.Load(result.Folder!);
        var data = run.ReadPart("test");
        var table = run.Predict(data);
        Assert.Equal(["y", "y_q0.1", "y_q0.5", "y_q0.9"], table.Names);
        double[] y = [.. table["y"].Select(Number)], low = [.. table["y_q0.1"].Select(Number)], middle = [.. table["y_q0.5"].Select(Number)], high = [.. table["y_q0.9"].Select(Number)];
        Assert.Equal(middle, y);
        Assert.All(Enumerable.Range(0, y.Length), r => Assert.True(low[r] <= y[r] && y[r] <= high[r]));
        Func<float, float> unit = ((Equipoise.Data.NumberTargetEncoder)run.Encoders.Columns.Targets["y"]).Decode;
        double[] labels = [.. Enumerable.Range(0, data.Rows).Select(r => (double)unit(data.Targets["y"].Row(r)[0]))];
        Assert.InRange(labels.Select((t, r) => t <= high[r] && t >= low[r] ? 1.0 : 0).Average(), 0.6, 0.95);
        // In the unit of the data, of the middle one; all quantiles are judged together: (0.9 + 0.5 + 0.1) / 3.
        Assert.Equal(labels.Zip(y, (t, p) => Math.Abs(t - p)).Average(), result.Test!["y", "mae"], 0.2);
        Assert.InRange(result.Test["y", "quantile_coverage"], 0.4, 0.6);
        Assert.InRange(result.Test["y", "interval_coverage"], 0.6, 0.95);
    }

    [Fact]
    public void Several_quantiles_have_metrics_of_their_own_where_none_are_named()
    {
        Write("a,b,y", r => $"{r % 7},{r % 5},{(r % 7) + Math.Sin(r)}");
        var result = Train("outputs: [ {name: y, type: number, loss: {quantile: [0.1, 0.9]}} ]");
        Assert.Equal(["mae", "quantile_coverage", "interval_coverage"], result.Test!.Metrics.Select(m => m.Name));
        var run = RunFolder.Load(result.Folder!);
        Assert.Equal(result.Test.Metrics, run.Evaluate(run.ReadPart("test")).Metrics);
    }

    [Theory]
    [InlineData("type: category, loss: corn", "is for classes in an order, but the output is of the type category")]
    [InlineData("type: number, loss: cumulative_link", "is for classes in an order, but the output is of the type number")]
    [InlineData("type: binary, loss: zero_inflated_log_normal", "is for numbers, but the output is of the type binary")]
    [InlineData("type: number, transform: log1p, loss: zero_inflated_log_normal", "it wants the amounts as they are")]
    [InlineData("type: ordered_category, order: [a, b], loss: {quantile: [0.1, 0.9]}", "is for numbers")]
    [InlineData("type: ordered_category, order: [a, b], losses: [corn, {corn: {}, name: again}]", "cannot share an output")]
    public void Outputs_that_do_not_fit_are_told(string output, string message)
        => Assert.Contains(message, Assert.Throws<ConfigException>(() => Config.Read($"data: a.csv\noutputs: [ {{name: y, {output}}} ]\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Probabilities_of_ordered_classes_follow_from_their_questions()
    {
        var point = new float[4];
        new Corn().Point([0.8f, 0.5f, 0.25f], point);
        Assert.Equal([0.2f, 0.4f, 0.3f, 0.1f], point, (a, b) => Math.Abs(a - b) < 1e-6f);
        new CumulativeLink().Point([0.2f, 0.6f, 0.9f], point);
        Assert.Equal([0.2f, 0.4f, 0.3f, 0.1f], point, (a, b) => Math.Abs(a - b) < 1e-6f);
        new CumulativeLink().Point([0.6f, 0.2f, 0.9f], point);
        Assert.Equal(0, point[1]);
    }

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    private RunResult Train(string outputs, string training = "epochs: 40")
        => TrainingRun.Start(Config.Read($"data: {{source: data.csv}}\ninputs: [ {{name: sides, type: number, columns: [a, b]}} ]\ntrunk: [ {{dense: 12, activation: tanh}} ]\n{outputs}\ntraining: {{ {training}, batch: 10, optimizer: {{adam: 0.02}}, seed: 3, workers: 1 }}\n", Path.Combine(_folder, "try.yaml")), new RunOptions { Root = Path.Combine(_folder, "runs") });

    private void Write(string header, Func<int, FormattableString> row, int rows = 120)
    {
        var text = new StringBuilder(header + "\n");
        for (int r = 0; r < rows; r++) text.Append(row(r).ToString(CultureInfo.InvariantCulture)).Append('\n');
        File.WriteAllText(Path.Combine(_folder, "data.csv"), text.ToString());
    }
}
