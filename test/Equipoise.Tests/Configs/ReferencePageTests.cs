using Equipoise.Configs;

namespace Equipoise.Tests.Configs;

/// <summary>The pages in docs/reference against the catalogue that they are made from.</summary>
public sealed class ReferencePageTests
{
    private const string Remedy = "Run 'dotnet run -c Release --project src/Equipoise.Cli -- catalog --markdown --to docs/reference'.";

    public static TheoryData<string> Kinds => [.. CatalogBook.Pages.Select(p => p.Kind)];

    public static TheoryData<string> Components => [.. CatalogBook.Pages.Select(p => p.Kind).Where(k => k is not ("config" or "input" or "output"))];

    [Theory, MemberData(nameof(Kinds))]
    public void Page_of_a_kind_is_what_the_catalogue_says(string kind)
    {
        var page = CatalogBook.Find(kind);
        string file = $"docs/reference/{CatalogMarkdown.FileOf(page)}";
        Assert.True(File.Exists(Repository.Path(file)), $"{file} is missing. {Remedy}");
        Assert.True(Repository.Read(file) == CatalogMarkdown.Page(page), $"{file} is out of date. {Remedy}");
    }

    [Fact]
    public void Index_leads_to_every_kind() => Assert.True(Repository.Read("docs/reference/README.md") == CatalogMarkdown.Index(CatalogBook.Pages), $"The index of docs/reference is out of date. {Remedy}");

    [Fact]
    public void No_page_is_of_a_kind_that_is_gone()
        => Assert.Equal(CatalogBook.Pages.Select(CatalogMarkdown.FileOf).Append("README.md").Order(), Directory.GetFiles(Repository.Path("docs/reference")).Select(Path.GetFileName).Order());

    [Theory, MemberData(nameof(Components))]
    public void Every_component_has_a_meaning_a_formula_and_ranges(string kind)
    {
        foreach (var entry in CatalogBook.Find(kind).Entries)
        {
            Assert.True(entry.Summary.Length > 0 && entry.Details.Length > 0, $"{kind} {entry.Name} has no doc comment that says what it computes.");
            Assert.All(entry.Settings, s => Assert.True(s.Range.Length > 0 && s.Meaning.Length > 0, $"{kind} {entry.Name}: {s.Name} lacks a range or a meaning."));
        }
    }

    [Fact]
    public void Settings_are_called_as_in_a_config()
    {
        var adam = CatalogBook.Find(CatalogBook.Find("optimizers"), "adam");
        Assert.Contains("`amsgrad`", adam.Details, StringComparison.Ordinal);
        Assert.Contains("Kingma and Ba", adam.Source, StringComparison.Ordinal);
        Assert.DoesNotContain("Source:", adam.Details, StringComparison.Ordinal);
    }
}
