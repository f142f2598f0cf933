using System.Text.RegularExpressions;
using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Runs;

namespace Equipoise.Tests.Configs;

/// <summary>What is written about configs, and the configs of the samples, against the reader.</summary>
public sealed partial class DocumentsTests
{
    public static TheoryData<string, string> Keys()
    {
        var keys = new TheoryData<string, string>();
        foreach (var part in CatalogBook.Find("config").Entries)
            foreach (var key in part.Settings) keys.Add(part.Name, key.Name);
        return keys;
    }

    [Theory, MemberData(nameof(Keys))]
    public void Every_key_of_a_config_is_in_its_page(string part, string key)
        => Assert.True(FirstCells("docs/config.md").Contains(key), $"docs/config.md has no line on '{key}' of {part}.");

    [Theory, InlineData("input"), InlineData("output")]
    public void Every_setting_of_an_encoding_is_in_the_page_of_configs(string kind)
    {
        string page = Repository.Read("docs/config.md");
        foreach (var type in CatalogBook.Find(kind).Entries)
            foreach (var setting in type.Settings) Assert.True(page.Contains($"`{setting.Name}", StringComparison.Ordinal), $"docs/config.md does not say '{setting.Name}', a setting of {kind} type {type.Name}.");
    }

    [Fact]
    public void Every_file_of_a_run_folder_is_in_its_page()
    {
        string[] files = [RunFiles.Config, RunFiles.Encoders, RunFiles.Model, RunFiles.Best, RunFiles.Last, RunFiles.Ledger, RunFiles.Epochs, RunFiles.Environment, RunFiles.Metrics, RunFiles.Labels, RunFiles.Balancer];
        Assert.Superset(files.ToHashSet(), FirstCells("docs/run-folder.md"));
    }

    [Fact]
    public void Example_in_the_page_of_configs_can_be_read()
    {
        var config = Config.Read(Yaml().Match(Repository.Read("docs/config.md")).Groups[1].Value);
        Assert.Equal(["stress", "phones", "syllables"], config.Outputs.Select(o => o.Name));
    }

    [Theory, InlineData("pronounce"), InlineData("diamonds"), InlineData("packages"), InlineData("weather"), InlineData("check-times")]
    public void Config_of_a_sample_can_be_read(string sample)
    {
        var config = Config.Load(Repository.Path($"samples/{sample}/equipoise.yaml"));
        Assert.Equal(sample, config.Name);
        Assert.True(config.Outputs.Count >= 3);
    }

    [Theory, InlineData("pronounce", 6), InlineData("diamonds", 3), InlineData("weather", 6), InlineData("check-times", 5)]
    public void Config_of_a_sample_fits_its_data(string sample, int outputs)
    {
        var config = Config.Load(Repository.Path($"samples/{sample}/equipoise.yaml"));
        var table = TableReader.Read(Path.Combine(config.Folder, config.Data.Source));
        var problems = new Problems();
        var resolved = TypeResolution.Resolve(config, table, problems, []);
        Assert.Empty(problems.All);
        Assert.Equal(outputs, resolved.Outputs.Count);
    }

    private static HashSet<string> FirstCells(string page)
        => [.. FirstCell().Matches(Repository.Read(page)).SelectMany(m => m.Groups[1].Value.Split(',')).Select(cell => cell.Trim().Trim('`'))];

    [GeneratedRegex(@"^\| (`[^|]*`) \|", RegexOptions.Multiline)]
    private static partial Regex FirstCell();

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
