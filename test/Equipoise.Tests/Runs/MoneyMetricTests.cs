using System.Globalization;
using System.Text;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Metrics;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Tests.Runs;

/// <summary>Figures in money: cost matrices, and formulas over predictions, labels and further columns of the data.</summary>
public sealed class MoneyMetricTests : IDisposable
{
    // Orders of a customer: whether it is a fraud, and how much it is about; where r % 9 is 4 nobody knows the amount.
    private const string Header = "a,b,fraud,grade,amount";
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_formula_over_a_column_is_what_it_costs()
    {
        const string Cost = "sum((1 - above(p, 0.3)) * t * \"amount\" + 3 * above(p, 0.3)) / n";
        var result = Train($$"""outputs: [ {name: fraud, type: binary, one: "yes", metrics: [accuracy, {expression: {formula: '{{Cost}}', title: cost, better: lower_is_better} }, {cost_matrix: {costs: [0, 3, 50, 0]} }]} ]""", "epochs: 4, keep: fraud.cost");
        var run = RunFolder.Load(result.Folder!);
        foreach (string part in (string[])["valid", "test"])
        {
            var data = run.ReadPart(part);
            float[] chance = run.Model.Predict(data)["fraud"], label = data.Targets["fraud"].Values.ToArray();
            double[] amount = data.Columns["amount"].ToArray();
            int[] counted = [.. Enumerable.Range(0, data.Rows).Where(r => !double.IsNaN(amount[r]))];
            Assert.True(counted.Length < data.Rows);
            double wanted = counted.Sum(r => chance[r] > 0.3f ? 3 : label[r] * amount[r]) / counted.Length;
            Assert.Equal(wanted, run.Evaluate(data)["fraud", "cost"], 1e-6 * wanted);
            double matrix = Enumerable.Range(0, data.Rows).Average(r => (label[r], chance[r] > 0.5f) switch { (0, true) => 3.0, (1, false) => 50, _ => 0 });
            Assert.Equal(matrix, run.Evaluate(data)["fraud", "cost_matrix"], 1e-9);
        }
        // The best epoch is that of the least cost.
        double[] costs = [.. result.History.Epochs.Select(e => e.Find("valid:fraud.cost")!.Value)];
        Assert.Equal(costs.Min(), result.Valid!["fraud", "cost"], 1e-9);
    }

    [Fact]
    public void Costs_of_classes_are_a_line_for_each_true_class()
    {
        var result = Train("outputs: [ {name: grade, type: ordered_category, order: [low, mid, high], metrics: [{cost_matrix: {costs: [0, 1, 5,  2, 0, 1,  9, 4, 0]}}, {expression: {formula: 'sum(t[2] * (1 - p[2]) * \"amount\") / 100', title: lost}}]} ]");
        var run = RunFolder.Load(result.Folder!);
        var data = run.ReadPart("test");
        float[] p = run.Model.Predict(data)["grade"];
        int[] costs = [0, 1, 5, 2, 0, 1, 9, 4, 0];
        double cost = 0, lost = 0;
        for (int r = 0; r < data.Rows; r++)
        {
            int label = (int)data.Targets["grade"].Row(r)[0];
            float[] each = p[(3 * r)..(3 * (r + 1))];
            cost += costs[(3 * label) + Array.IndexOf(each, each.Max())];
            if (label == 2 && !double.IsNaN(data.Columns["amount"][r])) lost += (1 - each[2]) * data.Columns["amount"][r];
        }
        var got = run.Evaluate(data);
        Assert.Equal(cost / data.Rows, got["grade", "cost_matrix"], 1e-9);
        Assert.Equal(lost / 100, got["grade", "lost"], 1e-4 * lost);
    }

    [Theory]
    [InlineData("{expression: {formula: 'sum(p * \"amuont\")'}}", "There is no column 'amuont'")]
    [InlineData("{expression: {formula: 'sum(p * \"amount)'}}", "never closed")]
    [InlineData("{expression: {formula: '\"amount\" / n'}}", "is not expected")]
    [InlineData("{cost_matrix: {costs: [0, 1, 2]}}", "3 costs, but 2 classes")]
    public void Formulas_and_costs_that_do_not_fit_are_told(string metric, string message)
        => Assert.Contains(message, Assert.ThrowsAny<EquipoiseException>(() => Train($"outputs: [ {{name: fraud, type: binary, metrics: [{metric}]}} ]")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_data_set_without_the_column_is_refused()
    {
        var metric = new ExpressionMetric("sum(p * \"amount\")");
        Assert.Equal(["amount"], metric.Columns);
        Assert.Contains("'expression' need 1 each: amount", Assert.Throws<ArgumentException>(() => metric.Start(1).Update(new MetricRows { Items = 1, Width = 1, Predictions = [1f], Targets = [1f] })).Message, StringComparison.Ordinal);
        var state = metric.Start(1);
        state.Update(new MetricRows { Items = 3, Width = 1, Predictions = [1f, 2f, 3f], Targets = [0f, 0f, 0f], Columns = [10, double.NaN, 100] });
        Assert.Equal((310, 2), (state.Result, state.Count));
    }

    [Fact]
    public void Predicting_needs_no_such_column()
    {
        var run = RunFolder.Load(Train("outputs: [ {name: fraud, type: binary, one: \"yes\", metrics: [{expression: {formula: 'sum(p * \"amount\")'}}]} ]").Folder!);
        string file = Path.Combine(_folder, "new.csv");
        File.WriteAllText(file, "a,b\n1,2\n3,4\n");
        var table = run.ReadTable(file);
        Assert.Equal(2, run.Predict(run.Encode(table, labels: false)).Rows);
        File.WriteAllText(file, "a,b,fraud\n1,2,no\n3,4,yes\n");
        table = run.ReadTable(file);
        Assert.Contains("'amount', which a metric looks at", Assert.Throws<DataException>(() => run.Encode(table, labels: true)).Message, StringComparison.Ordinal);
    }

    private RunResult Train(string outputs, string training = "epochs: 2")
    {
        var text = new StringBuilder(Header + "\n");
        for (int r = 0; r < 300; r++)
        {
            string amount = r % 9 == 4 ? "" : $"{10 + (r * 37 % 90)}.5";
            text.Append(CultureInfo.InvariantCulture, $"{r % 7},{r % 5},{((r % 7) + (r % 5) > 7 ? "yes" : "no")},{(r % 3) switch { 0 => "low", 1 => "mid", _ => "high" }},{amount}\n");
        }
        File.WriteAllText(Path.Combine(_folder, "data.csv"), text.ToString());
        return TrainingRun.Start(Config.Read($"data: {{source: data.csv}}\ninputs: [ {{name: sides, type: number, columns: [a, b]}} ]\ntrunk: [ {{dense: 8, activation: tanh}} ]\n{outputs}\ntraining: {{ {training}, batch: 20, optimizer: {{adam: 0.02}}, seed: 3, workers: 2 }}\n", Path.Combine(_folder, "try.yaml")), new RunOptions { Root = Path.Combine(_folder, "runs") });
    }
}
