using Equipoise.Architectures;
using Equipoise.Catalogs;
using Equipoise.Data;
using Equipoise.Engine.Graphs;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Optimizers;
using Equipoise.Testing;
using Equipoise.Training;

namespace Equipoise.Tests.Architectures;

/// <summary>What holds for every architecture of the catalogue: a new one is under these tests by itself.</summary>
public sealed class ArchitectureCatalogTests : IDisposable
{
    private const int Inputs = 6, Rows = 40;
    private static readonly string[] Outputs = ["price", "kind", "late/early"];
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    public static TheoryData<string> Names => [.. ArchitectureCatalog.Catalog.Names];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Names))]
    public void Gradient_agrees_with_finite_differences(string name)
    {
        // Smooth but for the masks of MTAN, so the step is small enough for their kinks; the results of all outputs beside one another.
        var architecture = Smooth(name);
        BuildContext? context = null;
        FiniteDifferences.Check(new Shape(Inputs), (graph, x) =>
        {
            if (context?.Graph != graph)
            {
                context = new BuildContext(graph);
                _made = null;
            }
            return Build(context, architecture, x);
        }, new FiniteDifferences.Options { Step = 0.003, Tolerance = 4e-3, Coordinates = 12 });
    }

    [Theory, MemberData(nameof(Names))]
    public void Each_output_has_a_result_of_its_own(string name)
    {
        var results = ArchitectureCatalog.Catalog.Find(name).Default.Apply(Input.Numbers("x", Inputs), Outputs);
        Assert.Equal(Outputs.Length, results.Distinct().Count());
        Assert.Single(ArchitectureCatalog.Catalog.Find(name).Default.Apply(Input.Numbers("x", Inputs), "one"));
    }

    [Theory, MemberData(nameof(Names))]
    public void Names_of_layers_begin_with_that_of_the_architecture_and_stay_the_same(string name)
    {
        string[] parameters = [.. Model(name).Parameters.Select(p => p.Name).Where(p => !Outputs.Any(o => p.StartsWith(o, StringComparison.Ordinal)))];
        Assert.NotEmpty(parameters);
        Assert.All(parameters, p => Assert.Matches($"^{name}[0-9]*_[^/]+/", p));
        Assert.Equal(parameters, Model(name).Parameters.Select(p => p.Name).Where(p => p.StartsWith(name, StringComparison.Ordinal)));
        var renamed = ArchitectureCatalog.Catalog.Find(name).Default with { Name = "top" };
        Assert.All(renamed.Apply(Input.Numbers("x", Inputs), Outputs), n => Assert.StartsWith("top", n.Name, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Names))]
    public void Settings_survive_writing_and_reading(string name)
    {
        var problems = new Problems();
        var written = ArchitectureCatalog.Catalog.Write(Smooth(name) with { Name = "mine" });
        var read = ArchitectureCatalog.Catalog.Read(written, name, problems);
        Assert.Empty(problems.All);
        Assert.Equal("mine", read!.Name);
        Assert.Equal(written.ToString(), ArchitectureCatalog.Catalog.Write(read).ToString());
    }

    [Theory, MemberData(nameof(Names))]
    public void A_model_trains_and_a_loaded_one_predicts_the_same_bits(string name)
    {
        var model = Model(name);
        var data = Data();
        double before, after;
        using (var trainer = model.Compile(Options()))
        {
            before = trainer.Fit(data, new FitOptions { BatchSize = 10 }).Ledger.Last.Total;
            after = trainer.Fit(data, new FitOptions { BatchSize = 10, Epochs = 20 }).Ledger.Last.Total;
        }
        Assert.True(after < 0.8 * before, $"{name}: {before} became {after}");
        model.Save(_folder);
        var loaded = Equipoise.Models.Model.Load(_folder);
        Assert.Equal(model.Parameters.Select(p => p.Name), loaded.Parameters.Select(p => p.Name));
        var wanted = model.Predict(data, 7);
        foreach (var (output, values) in loaded.Predict(data, 13)) Assert.Equal(wanted[output], values);
    }

    [Theory, MemberData(nameof(Names))]
    public void Workers_change_no_bit(string name)
    {
        float[][] Trained(int workers)
        {
            var model = Model(name);
            using var trainer = model.Compile(Options(workers));
            trainer.Fit(Data(), new FitOptions { BatchSize = 10, Epochs = 2 });
            return [.. model.Parameters.Select(p => model.GetWeight(p.Name))];
        }
        Assert.Equal(Trained(1), Trained(3));
    }

    [Theory, MemberData(nameof(Names))]
    public void Outputs_and_units_that_make_no_sense_are_refused(string name)
    {
        var architecture = ArchitectureCatalog.Catalog.Find(name).Default;
        var x = Input.Numbers("x", Inputs);
        Assert.Contains("there is no output", Assert.Throws<ArgumentException>(() => architecture.Apply(x)).Message, StringComparison.Ordinal);
        Assert.Contains("wants each output once", Assert.Throws<ArgumentException>(() => architecture.Apply(x, "a", "a")).Message, StringComparison.Ordinal);
        var problems = new Problems();
        var empty = ArchitectureCatalog.Catalog.Read(SettingNode.Map([new SettingEntry(name, SettingNode.Map([new SettingEntry("units", SettingNode.List([]))]))]), name, problems)!;
        Assert.Contains("at least one number of units", Assert.Throws<ArgumentException>(() => empty.Apply(x, "a")).Message, StringComparison.Ordinal);
    }

    /// <summary>The architecture with smooth activations and small layers.</summary>
    internal static Architecture Smooth(string name)
    {
        var problems = new Problems();
        var settings = new List<SettingEntry> { new("units", SettingNode.List([SettingNode.Of("4"), SettingNode.Of("3")])), new("activation", SettingNode.Of("tanh")) };
        // Bits that are undecided, wherever the numbers are drawn.
        if (name == "dselect_k") settings.Add(new("gamma", SettingNode.Of("40")));
        var read = ArchitectureCatalog.Catalog.Read(SettingNode.Map([new SettingEntry(name, SettingNode.Map(settings))]), name, problems);
        Assert.Empty(problems.All);
        return read!;
    }

    private static Model Model(string name)
    {
        var x = Input.Numbers("x", Inputs);
        var results = ArchitectureCatalog.Catalog.Find(name).Default.Apply(x, Outputs);
        return new Model([x], [.. results.Select((r, t) => r.Dense(1).Named(Outputs[t]))], seed: 4);
    }

    private static CompileOptions Options(int workers = 2)
    {
        var options = new CompileOptions { Optimizer = new Adam(0.01), Workers = workers, Seed = 2 };
        foreach (string output in Outputs) options.Outputs[output] = new Output(new MeanSquaredError());
        return options;
    }

    private static Dataset Data()
    {
        float[] x = [.. Enumerable.Range(0, Rows * Inputs).Select(i => MathF.Sin(1.7f * i))];
        float[] Target(int t) => [.. Enumerable.Range(0, Rows).Select(r => x[(r * Inputs) + t] - (2 * x[(r * Inputs) + 3] * x[(r * Inputs) + 4]))];
        return new Dataset(new Dictionary<string, InputColumn> { ["x"] = new NumbersColumn(x, Inputs) }, Outputs.Select((o, t) => (o, t)).ToDictionary(p => p.o, p => new TargetColumn(Target(p.t))));
    }

    private IReadOnlyList<Node>? _made;

    // The nodes of the architecture in a graph; a second use in the same graph shares all weights.
    private GraphNode Build(BuildContext context, Architecture architecture, GraphNode input)
    {
        var x = Input.Numbers("x", Inputs);
        _made ??= architecture.Apply(x, Outputs);
        var built = new Dictionary<Node, GraphNode>(ReferenceEqualityComparer.Instance);
        GraphNode Of(Node node)
        {
            if (node.Inputs.Count == 0) return input;
            if (!built.TryGetValue(node, out var made)) built[node] = made = node.Layer.Build(new LayerBuilder(context, node.Layer, node.Name!), [.. node.Inputs.Select(Of)]);
            return made;
        }
        var joined = new Concatenate();
        return joined.Build(new LayerBuilder(context, joined, "joined"), [.. _made.Select(Of)]);
    }
}
