using System.Text.RegularExpressions;
using Equipoise.Configs;
using Equipoise.Trials;

namespace Equipoise.Tests.Trials;

/// <summary>What is written about comparing and calibrating, against what there is.</summary>
public sealed partial class TrialPagesTests
{
    [Fact]
    public void The_plan_in_the_page_fits_the_sample_that_it_speaks_of()
    {
        var config = Config.Load(Repository.Path("samples/diamonds/equipoise.yaml"));
        var plan = ComparisonPlan.Read(Yaml().Match(Repository.Read("docs/compare.md")).Groups[1].Value, "plan.yaml", config);
        Assert.Equal(6, plan.Variants.Count);
        foreach (var variant in plan.Variants) variant.Apply(config);
    }

    [Fact]
    public void Every_rule_is_in_its_page()
    {
        string page = Repository.Read("docs/calibrate.md");
        foreach (string rule in Enum.GetNames<CalibrationRule>()) Assert.Contains($"| `{string.Concat(rule.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()))}` |", page, StringComparison.Ordinal);
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
