using Equipoise.Balancing;
using Equipoise.Configs;
using Equipoise.Training;

namespace Equipoise.Tests.Configs;

/// <summary>The page about balancing, and what the catalogue says of the methods.</summary>
public sealed class BalancingPageTests
{
    public static TheoryData<string> Methods => [.. BalancerCatalog.Catalog.Entries.Select(e => e.Name)];

    [Theory, MemberData(nameof(Methods))]
    public void Every_method_has_a_row_in_the_page(string method)
        => Assert.Contains(Repository.Read("docs/balancing.md").Split('\n'), line => line.StartsWith('|') && line.Split('|')[1].Contains($"`{method}`", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Methods))]
    public void The_catalogue_says_what_a_method_needs(string method)
    {
        var item = CatalogBook.Find(CatalogBook.Find("balancer"), method);
        Assert.Equal((BalancerCatalog.Catalog.Entries.Single(e => e.Name == method).Default.Needs & BalancerNeeds.Losses) != 0, item.Needs.Contains("losses", StringComparison.Ordinal));
        Assert.NotEqual("", item.Needs);
    }

    [Fact]
    public void A_source_is_named_but_for_common_practice()
    {
        string[] common = ["fixed", "equal", "scheduled", "initial_loss", "loss_scale"];
        Assert.Equal(common.Order(), CatalogBook.Find("balancer").Entries.Where(e => e.Source.Length == 0).Select(e => e.Name).Order());
        Assert.Equal("Navon et al., 'Multi-Task Learning as a Bargaining Game', 2022", CatalogBook.Find(CatalogBook.Find("balancer"), "nash").Source);
    }

    [Theory]
    [InlineData("balance: dwa", typeof(DynamicWeightAverage), GradientView.AllShared)]
    [InlineData("balance: {method: dwa, temperature: 3}", typeof(DynamicWeightAverage), GradientView.AllShared)]
    [InlineData("balance: {method: grad_norm, scope: last_shared}", typeof(GradNorm), GradientView.LastShared)]
    [InlineData("balance: {nash: {update_every: 4}}", typeof(NashMtl), GradientView.AllShared)]
    [InlineData("balance: {method: upgrad, scope: shared_features, every: 10}", typeof(UPGrad), GradientView.SharedFeatures)]
    public void A_balancer_is_read_in_every_form(string balance, Type type, GradientView scope)
    {
        var config = Config.Read($"data: a.csv\noutputs: [y]\n{balance}\n");
        Assert.IsType(type, config.Balance.Method);
        Assert.Equal(scope, config.Balance.Scope);
    }

    [Fact]
    public void Another_balancer_takes_the_place_of_that_of_the_config()
    {
        var config = Config.Read("data: a.csv\noutputs: [y]\nbalance: dwa\n");
        Assert.Equal(new UPGrad(), config.WithBalance("upgrad").Balance.Method);
        Assert.Equal(3, ((NashMtl)config.WithBalance("{nash: {update_every: 3}}").Balance.Method).UpdateEvery);
        Assert.Contains("no balancer called 'upgraad'", Assert.Throws<ConfigException>(() => config.WithBalance("upgraad")).Message, StringComparison.Ordinal);
    }
}
