using Equipoise.Catalogs;
using Equipoise.Initializers;
using Equipoise.Optimizers;
using Equipoise.Regularizers;
using Equipoise.Schedules;

namespace Equipoise.Tests.Optimizers;

/// <summary>Schedules, initialisers, regularisers and optimisers survive being written to a config and read again.</summary>
public sealed class CatalogTests
{
    public static TheoryData<Optimizer> Optimizers =>
    [
        new Sgd(0.5, 0.9, true), new Adam(new CosineDecay(0.1, 50, 0.1, 0.2, 5), 0.8, 0.99, 1e-5, true) { ClipNorm = 2, AverageMomentum = 0.9, AverageEvery = 3, AccumulationSteps = 4, LossScale = 2 },
        new AdamW(0.1, 0.2), new RmsProp(0.1, 0.8, 0.5, 1e-5, true), new Ftrl(0.1, -0.2, 0.4, 0.05, 0.15, 0.01, 0.3) { GlobalClipNorm = 1 },
        new Muon(0.1, 0.9, false, 3) { WeightDecay = 0, ClipValue = 1, A = 3, B = -4, C = 2 },
        new Sgd(new LinearWarmup(new PiecewiseConstantDecay([5, 10], [1, 0.5, 0.1]), 3, 0.5)),
    ];

    private static void RoundTrip<T>(Catalog<T> catalog, T component) where T : class
    {
        var written = catalog.Write(component);
        var problems = new Problems();
        var read = catalog.Read(written, "x", problems);
        Assert.False(problems.Any, string.Join("; ", problems.All));
        Assert.Equal(component.GetType(), read!.GetType());
        foreach (var setting in catalog.EntryOf(component).Settings) Assert.Equal(setting.Write(component).ToString(), setting.Write(read).ToString());
    }

    [Theory, MemberData(nameof(Optimizers))]
    public void Optimizer_survives_a_config(Optimizer optimizer) => RoundTrip(OptimizerCatalog.Catalog, optimizer);

    [Fact]
    public void Every_default_survives_a_config_and_is_within_its_range()
    {
        foreach (var entry in OptimizerCatalog.Catalog.Entries) { RoundTrip(OptimizerCatalog.Catalog, entry.Default); entry.Default.Check(); }
        foreach (var entry in ScheduleCatalog.Catalog.Entries) RoundTrip(ScheduleCatalog.Catalog, entry.Default);
        foreach (var entry in InitializerCatalog.Catalog.Entries) RoundTrip(InitializerCatalog.Catalog, entry.Default);
        foreach (var entry in RegularizerCatalog.Catalog.Entries) { RoundTrip(RegularizerCatalog.Catalog, entry.Default); entry.Default.Check(); }
        Assert.Equal((14, 10, 15, 5), (OptimizerCatalog.Catalog.Entries.Count, ScheduleCatalog.Catalog.Entries.Count, InitializerCatalog.Catalog.Entries.Count, RegularizerCatalog.Catalog.Entries.Count));
    }

    [Fact]
    public void Learning_rate_is_a_number_or_a_schedule()
    {
        var problems = new Problems();
        var number = OptimizerCatalog.Catalog.Read(SettingNode.Map([new("adam", SettingNode.Of("1e-2"))]), "optimizer", problems);
        Assert.Equal(0.01, ((ConstantSchedule)number!.LearningRate).Value);
        var schedule = SettingNode.Map([new("cosine", SettingNode.Map([new("decay_steps", SettingNode.Of("70"))]))]);
        var scheduled = OptimizerCatalog.Catalog.Read(SettingNode.Map([new("sgd", SettingNode.Map([new("learning_rate", schedule)]))]), "optimizer", problems);
        Assert.Equal(70, ((CosineDecay)scheduled!.LearningRate).DecaySteps);
        Assert.False(problems.Any);
    }

    [Fact]
    public void Unknown_schedule_is_reported_with_the_nearest_name()
    {
        var problems = new Problems();
        OptimizerCatalog.Catalog.Read(SettingNode.Map([new("adam", SettingNode.Map([new("learning_rate", SettingNode.Of("cosin"))]))]), "optimizer", problems);
        Assert.Contains("cosine", Assert.Single(problems.All).Message, StringComparison.Ordinal);
    }
}
