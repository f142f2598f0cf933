using System.Globalization;
using System.Text;
using Equipoise.Architectures;
using Equipoise.Configs;
using Equipoise.Ledger;
using Equipoise.Runs;

namespace Equipoise.Tests.Runs;

/// <summary>Every architecture of the catalogue trains what a config says.</summary>
public sealed class ArchitectureRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public ArchitectureRunTests()
    {
        var text = new StringBuilder("split,a,b,y,size,z\n");
        for (int r = 0; r < 60; r++)
        {
            double a = (r * 37 % 101) / 10.0, b = (r * 53 % 97) / 10.0;
            text.Append(CultureInfo.InvariantCulture, $"{(r % 5 == 0 ? "valid" : "train")},{a},{b},{(r % 7 == 2 ? "" : a - b)},{(a > 5 ? "big" : "small")},{a * b}\n");
        }
        File.WriteAllText(Path.Combine(_folder, "data.csv"), text.ToString());
    }

    public static TheoryData<string> Names => [.. ArchitectureCatalog.Catalog.Names];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Names))]
    public void Every_architecture_trains_from_a_config_and_its_ledger_adds_up(string name)
    {
        var result = Train($"{{ {name}: {{ units: [8, 4] }} }}", "balance: upgrad", ", diagnose: 2");
        foreach (var (_, entry) in RunFolder.ReadLedger(result.Folder!)) AssertAddsUp(entry);
        var epochs = result.History.Epochs;
        Assert.True(epochs[^1].Training.Total < epochs[0].Training.Total);
        // Who trains what, by the names of the architecture's layers.
        var layers = epochs[^1].Training.Gradients!.Layers;
        Assert.NotEmpty(layers);
        Assert.All(layers, l => Assert.StartsWith(name, l.Layer, StringComparison.Ordinal));
    }

    [Fact]
    public void Penalty_of_selectors_is_in_the_ledger_for_each_gate()
    {
        var result = Train("[ {dense: 6}, {dselect_k: {experts: 4, entropy: 0.01}} ]", "balance: fixed");
        var penalties = result.History.Epochs[0].Training.Penalties;
        Assert.Equal(["dselect_k_gate_y", "dselect_k_gate_size", "dselect_k_gate_z"], penalties.Select(p => p.Layer));
        // Two undecided selectors among four begin near entropy 2 × ln 4, and it only falls.
        Assert.All(penalties, p => Assert.InRange(p.Value, 0.01 * 2 * Math.Log(4) * 0.5, 0.01 * 2 * Math.Log(4)));
        foreach (var (_, entry) in RunFolder.ReadLedger(result.Folder!)) AssertAddsUp(entry);
    }

    [Theory]
    [InlineData("mmoe", 0, "mmoe")]
    [InlineData("{mmoe: 8}", 0, "mmoe")]
    [InlineData("{mmoe: {experts: 8, units: 128}}", 0, "mmoe")]
    [InlineData("[ {dense: 8}, relu, {ple: {levels: 3}} ]", 2, "ple")]
    [InlineData("[ cgc ]", 0, "cgc")]
    public void Architecture_may_stand_alone_or_at_the_end(string trunk, int layers, string kind)
    {
        var config = Config.Read($"data: a.csv\noutputs: [y]\ntrunk: {trunk}\n");
        Assert.Equal(layers, config.Trunk!.Count);
        Assert.Equal(kind, config.Architecture!.Kind);
    }

    [Theory]
    [InlineData("[ mmoe, {dense: 8} ]", "nothing can follow in the trunk", "'layers'")]
    [InlineData("{mmo: 8}", "There is no architecture called 'mmo'", "Did you mean 'mmoe'?")]
    [InlineData("{crosstitch: {}}", "There is no architecture called 'crosstitch'", "Did you mean 'cross_stitch'?")]
    [InlineData("[ {desne: 8} ]", "There is no layer called 'desne'", "Did you mean 'dense'?")]
    [InlineData("{mmoe: {expert: 8}}", "no setting called 'expert'", "Did you mean 'experts'?")]
    [InlineData("{mmoe: 0}", "'experts' wants a whole number ≥ 1", "'0'")]
    public void Mistakes_are_told_with_their_remedy(string trunk, string fault, string remedy)
    {
        var told = Assert.Throws<ConfigException>(() => Config.Read($"data: a.csv\noutputs: [y]\ntrunk: {trunk}\n")).Message;
        Assert.Contains(fault, told, StringComparison.Ordinal);
        Assert.Contains(remedy, told, StringComparison.Ordinal);
        Assert.Contains(":3:", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_that_read_something_else_have_no_part_in_it()
    {
        string config = """
            data: { source: data.csv, split: split }
            inputs: [ {name: a, type: number}, {name: b, type: number} ]
            branches: [ {name: early, from: a}, {name: rest, from: [a, b]} ]
            trunk: { mmoe: { experts: 2, units: 4 } }
            outputs: [ {name: y, type: number}, {name: size, type: binary}, {name: z, type: number, from: early} ]
            training: { epochs: 1, batch: 9 }
            """;
        var result = TrainingRun.Start(Config.Read(config, Path.Combine(_folder, "part.yaml")), new RunOptions { Root = Path.Combine(_folder, "runs") });
        string model = File.ReadAllText(Path.Combine(result.Folder!, RunFiles.Model));
        Assert.Contains("mmoe_gate_size", model, StringComparison.Ordinal);
        Assert.DoesNotContain("mmoe_gate_z", model, StringComparison.Ordinal);
    }

    private static void AssertAddsUp(LedgerEntry entry)
    {
        double sum = entry.Outputs.Sum(o => o.Weight * o.RawLoss) + entry.Penalties.Sum(p => p.Value);
        double size = entry.Outputs.Sum(o => Math.Abs(o.Weight * o.RawLoss)) + entry.Penalties.Sum(p => Math.Abs(p.Value));
        Assert.Equal(entry.Total, sum, 1e-6 * size);
    }

    private RunResult Train(string trunk, string balance, string training = "")
    {
        string config = $$$"""
            data: { source: data.csv, split: split }
            inputs: [ {name: sides, type: number, columns: [a, b]} ]
            trunk: {{{trunk}}}
            outputs: [ {name: y, type: number}, {name: size, type: binary}, {name: z, type: number} ]
            training: { epochs: 6, batch: 9, optimizer: {adam: {learning_rate: 0.01}}, seed: 3, workers: 2{{{training}}} }
            {{{balance}}}
            """;
        return TrainingRun.Start(Config.Read(config, Path.Combine(_folder, "try.yaml")), new RunOptions { Root = Path.Combine(_folder, "runs") });
    }
}
