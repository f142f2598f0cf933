using Equipoise.Configs;
using Equipoise.Losses;
using Equipoise.Trials;

namespace Equipoise.Tests.Trials;

public sealed class VariantTests : IDisposable
{
    private readonly SmallData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_text_gives_name_and_changes()
    {
        var variant = Variant.Parse("robust: outputs.y.loss={huber: {delta: 1}} ; training.epochs=5");
        Assert.Equal("robust", variant.Name);
        Assert.Equal([new ConfigChange("outputs.y.loss", "{huber: {delta: 1}}"), new ConfigChange("training.epochs", "5")], variant.Changes);
        Assert.Equal("outputs.y.loss={huber: 1}", Variant.Parse("outputs.y.loss={huber: 1}").Name);
        Assert.Empty(Variant.Parse("as it is:").Changes);
        Assert.Equal("[a;b]", Variant.Parse("x:name=[a;b]").Changes.Single().Value);
    }

    [Fact]
    public void Changes_come_into_the_config_and_its_text()
    {
        var config = Variant.Parse("v:outputs.y.loss={huber: {delta: 1.5}};balance.method=uncertainty;outputs.kind.weight=0.3").Apply(_data.Config());
        Assert.Equal(1.5, Assert.IsType<Huber>(config.Outputs[0].Loss).Delta);
        Assert.Equal(0.3, config.Outputs[1].Weight);
        Assert.Equal("uncertainty", Balancing.BalancerCatalog.Catalog.EntryOf(config.Balance.Method).Name);
        Assert.Contains("# the number", config.Text, StringComparison.Ordinal);
        Assert.Equal(config.Outputs[1].Weight, Config.Read(config.Text, config.File).Outputs[1].Weight);
    }

    [Fact]
    public void A_mistake_is_told_in_the_changed_text_with_the_variant_and_the_nearest_name()
    {
        var fault = Assert.Throws<ConfigException>(() => (Variant.Parse("v:outputs.y.loss=hubber") with { Source = "--variant 2" }).Apply(_data.Config()));
        Assert.StartsWith("config.yaml with --variant 2:5:", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'huber'?", fault.Message, StringComparison.Ordinal);
        Assert.Contains("loss: hubber", fault.Message, StringComparison.Ordinal);
        Assert.Contains("variant 'v'", Assert.Throws<ConfigException>(() => Variant.Parse("v:epochs 3")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_the_data_show_is_told_with_the_variant_too()
    {
        var runner = new TrialRunner(_data.Config());
        var fault = Assert.Throws<ConfigException>(() => runner.Prepare(Variant.Parse("v:training.keep=y.maae")));
        Assert.StartsWith("config.yaml with variant 'v':", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'data' cannot be changed", Assert.Throws<ConfigException>(() => runner.Prepare(Variant.Parse("v:data.split={train: 0.5}"))).Message, StringComparison.Ordinal);
    }
}
