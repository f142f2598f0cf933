using System.Globalization;
using System.Text;
using Equipoise.Balancing;
using Equipoise.Configs;
using Equipoise.Ledger;
using Equipoise.Models;
using Equipoise.Runs;

namespace Equipoise.Tests.Runs;

/// <summary>Every balancer of the catalogue trains what a config says.</summary>
public sealed class BalancedRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public BalancedRunTests()
    {
        var text = new StringBuilder("split,a,b,y,size,kind,z,late\n");
        for (int r = 0; r < 90; r++)
        {
            double a = (r * 37 % 101) / 10.0, b = (r * 53 % 97) / 10.0;
            string y = r % 7 == 2 ? "" : (a - b).ToString(CultureInfo.InvariantCulture);
            // The rows that make the second batch have no label of 'late' at all.
            string late = r % 2 == 0 ? "" : a > 4 ? "yes" : "no";
            text.Append(CultureInfo.InvariantCulture, $"{(r % 5 == 0 ? "valid" : "train")},{a},{b},{y},{(a > 5 ? "big" : "small")},{(a + b > 12 ? "high" : a + b > 7 ? "middle" : "low")},{a * b},{late}\n");
        }
        File.WriteAllText(Path.Combine(_folder, "data.csv"), text.ToString());
    }

    public static TheoryData<string, int> Methods
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var entry in BalancerCatalog.Catalog.Entries)
            {
                foreach (int outputs in entry.Name == "pareto_mtl" ? [2] : new[] { 1, 2, 3, 5 }) data.Add(entry.Name, outputs);
            }
            return data;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Methods))]
    public void Every_balancer_trains_from_a_config_and_its_ledger_adds_up(string method, int outputs)
    {
        var result = Train(outputs, $"balance: {method}");
        var lines = RunFolder.ReadLedger(result.Folder!).ToList();
        Assert.Equal(3 * 8, lines.Count(l => l.Part == "step"));
        foreach (var (_, entry) in lines) AssertAddsUp(entry);
        Assert.All(lines.SelectMany(l => l.Entry.Outputs), o => Assert.True(double.IsFinite(o.RawLoss) && double.IsFinite(o.Weight)));
        Assert.Contains(lines.Where(l => l.Part == "step").SelectMany(l => l.Entry.Outputs), o => o.Weight > 0);
        // What no weights of the last step can change: the model is judged with the weights of the config.
        Assert.All(result.Valid!.Account.Outputs, o => Assert.Equal(o.Output == "y" ? 0.5 : 1, o.Weight));
    }

    [Fact]
    public void A_method_for_two_outputs_says_so()
    {
        var fault = Assert.Throws<ModelException>(() => Train(3, "balance: pareto_mtl"));
        Assert.Contains("for two outputs, but there are 3", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_that_were_looked_at_stand_in_the_ledger_of_the_run()
    {
        var result = Train(3, "balance: fixed", ", diagnose: 3");
        foreach (var epoch in result.History.Epochs)
        {
            var (written, read) = (epoch.Training.Gradients!, RunFolder.ReadLedger(result.Folder!).Single(l => l.Part == "epoch" && l.Entry.Epoch == epoch.Epoch).Entry.Gradients!);
            Assert.Equal(written.Steps, read.Steps);
            Assert.Equal(written.Norms, read.Norms);
            Assert.Equal(written.Pairs, read.Pairs);
            Assert.Equal(written.Layers.Select(l => l.Layer), read.Layers.Select(l => l.Layer));
            Assert.Equal(written.Layers[0].Pairs, read.Layers[0].Pairs);
            Assert.Equal(3, read.Pairs.Count);
        }
    }

    [Fact]
    public void What_the_balancer_remembers_is_in_the_run_folder()
    {
        var state = StateFile.Read(Path.Combine(Train(2, "balance: uncertainty").Folder!, RunFiles.Balancer));
        Assert.Equal(2, state["log_variance"].Length);
        Assert.All(state["log_variance"], s => Assert.NotEqual(0, s));
        Assert.False(File.Exists(Path.Combine(Train(2, "balance: fixed").Folder!, RunFiles.Balancer)));
    }

    private static void AssertAddsUp(LedgerEntry entry)
    {
        double sum = entry.Outputs.Sum(o => o.Weight * o.RawLoss) + entry.Penalties.Sum(p => p.Value);
        double size = entry.Outputs.Sum(o => Math.Abs(o.Weight * o.RawLoss)) + entry.Penalties.Sum(p => Math.Abs(p.Value));
        Assert.Equal(entry.Total, sum, 1e-6 * size);
    }

    private RunResult Train(int outputs, string balance, string training = "")
    {
        string[] all = ["{name: y, type: number, weight: 0.5}", "{name: size, type: binary}", "{name: kind, type: category}", "{name: z, type: number, loss: huber}", "{name: late, type: binary}"];
        string config = $$$"""
            data: { source: data.csv, split: split }
            inputs: [ {name: sides, type: number, columns: [a, b]} ]
            trunk:
              - dense: {units: 6, kernel_regularizer: {l2: 0.01}}
            outputs: [ {{{string.Join(", ", all.Take(outputs))}}} ]
            training: { epochs: 3, batch: 9, optimizer: {adam: {learning_rate: 0.01}}, seed: 3, workers: 2{{{training}}} }
            {{{balance}}}
            """;
        return TrainingRun.Start(Config.Read(config, Path.Combine(_folder, "try.yaml")), new RunOptions { Root = Path.Combine(_folder, "runs") });
    }
}
