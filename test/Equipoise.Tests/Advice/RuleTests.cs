using System.Globalization;
using Equipoise.Advice;
using Equipoise.Configs;

namespace Equipoise.Tests.Advice;

/// <summary>Every rule: a case that fires, and one close to it that must not. What is changed is written, loads, and is not found again.</summary>
public sealed class RuleTests
{
    private static readonly string Data = AdviceBox.Table(
        ("plain", r => AdviceBox.Text(10 + AdviceBox.Normal(r, 2))),
        ("other", r => AdviceBox.Text(5 + (2 * AdviceBox.Normal(r, 3)))),
        ("tail", r => AdviceBox.Text(Math.Exp(1.5 * AdviceBox.Normal(r, 4)))),
        ("wild", r => AdviceBox.Text(r % 20 == 7 ? (r % 40 == 7 ? 60 : -60) : AdviceBox.Normal(r, 5))),
        ("far", r => r == 100 ? "900" : AdviceBox.Text(10 * AdviceBox.Uniform(r, 19))),
        ("dollars", r => AdviceBox.Text(50000 + (9000 * AdviceBox.Normal(r, 6)))),
        ("count", r => Poisson(2, r, 7)),
        ("bursts", r => AdviceBox.Uniform(r, 8) < 0.3 ? Poisson(20, r, 9) : Poisson(0.5, r, 10)),
        ("digit", r => ((int)(10 * AdviceBox.Uniform(r, 11))).ToString(CultureInfo.InvariantCulture)),
        ("even", r => AdviceBox.Uniform(r, 12) < 0.5 ? "yes" : "no"),
        ("rare", r => r % 25 == 3 ? "1" : "0"),
        ("mostly", r => r % 25 == 3 ? "0" : "1"),
        ("colour", r => ((string[])["red", "green", "blue"])[(int)(3 * AdviceBox.Uniform(r, 13))]),
        ("skewed", r => r == 5 || r == 305 ? "c" : r % 12 == 4 ? "b" : "a"),
        ("many", r => $"k{(int)(25 * AdviceBox.Uniform(r, 14)):00}"),
        ("level", r => ((string[])["low", "medium", "high"])[(int)(3 * AdviceBox.Uniform(r, 15))]),
        ("tags", r => string.Join(' ', ((string[])["ta", "tb", "tc", "td", "te", "tf"]).Where((_, i) => AdviceBox.Uniform(r, 20 + i) < 0.4))),
        ("sparse", r => string.Join(' ', Enumerable.Range(0, 30).Where(i => AdviceBox.Uniform(r, 40 + i) < 0.06).Select(i => $"s{i:00}"))),
        ("single", r => $"u{(int)(4 * AdviceBox.Uniform(r, 16))}"),
        ("seldom", r => r % 10 == 9 ? AdviceBox.Text(AdviceBox.Normal(r, 17)) : ""),
        ("copy", r => AdviceBox.Text(10 + AdviceBox.Normal(r, 2))),
        ("near", r => AdviceBox.Text(10 + AdviceBox.Normal(r, 2) + (0.2 * AdviceBox.Normal(r, 18)))),
        ("is_a", r => r % 3 == 0 ? "1" : "0"), ("is_b", r => r % 3 == 1 ? "1" : "0"), ("is_c", r => r % 3 == 2 ? "1" : "0"),
        ("has_a", r => r % 3 == 0 ? "1" : "0"), ("has_b", r => r % 3 != 1 ? "1" : "0"), ("has_c", r => r % 3 == 2 ? "1" : "0"),
        ("left", r => $"w{r * 7 % 40}x"), ("right", r => $"w{((r * 11) + 3) % 40}x"), ("else", r => $"v{((r * 11) + 3) % 40}y"));

    // Rule, outputs that fire, outputs that must not, further keys of both, inputs of the first and of the second.
    public static TheoryData<string, string, string, string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string, string, string, string>();
        void Add(string rule, string fires, string quiet, string further = "", string firesInputs = "[ {name: x, type: number} ]", string? quietInputs = null) => cases.Add(rule, fires, quiet, further, firesInputs, quietInputs ?? firesInputs);
        Add("softmax_on_set", "  - { name: tags, type: set, loss: categorical_crossentropy, metrics: [categorical_accuracy] }", "  - { name: tags, type: set, loss: binary_crossentropy }");
        Add("softmax_on_set", "  - { name: even, type: binary, activation: softmax, loss: categorical_crossentropy }", "  - { name: colour, type: category, loss: categorical_crossentropy }");
        Add("labels_as_classes", "  - { name: tags, type: category, metrics: [accuracy] }", "  - { name: colour, type: category, metrics: [accuracy, {f1: {average: macro}}] }");
        Add("one_label_as_set", "  - { name: single, type: set, separator: \" \" }", "  - { name: tags, type: set }");
        Add("loss_as_metric", "  - { name: colour, type: category, metrics: [categorical_crossentropy, accuracy] }", "  - { name: colour, type: category, metrics: [accuracy] }");
        Add("loss_as_metric", "  - { name: even, type: binary, metrics: [binary_crossentropy] }", "  - { name: even, type: binary, metrics: [brier_score] }");
        Add("accuracy_alone", "  - { name: rare, type: binary, metrics: [accuracy] }", "  - { name: even, type: binary, metrics: [accuracy] }");
        Add("accuracy_alone", "  - name: skewed\n    type: category\n    metrics:\n      - accuracy   # alone", "  - { name: skewed, type: category, metrics: [accuracy, balanced_accuracy] }");
        Add("accuracy_on_set", "  - { name: sparse, type: set, metrics: [hamming_loss] }", "  - { name: tags, type: set, metrics: [hamming_loss] }");
        Add("no_top_k", "  - { name: many, type: category }", "  - { name: colour, type: category }");
        Add("squared_error_on_heavy_tail", "  - { name: tail, type: number }", "  - { name: plain, type: number }");
        Add("squared_error_on_heavy_tail", "  - { name: bursts, type: number, transform: standardise }", "  - { name: bursts, type: number, transform: log1p, standardise: true }");
        Add("squared_error_on_heavy_tail", "  - { name: tail, type: number, metrics: [mae, rmse] }", "  - { name: tail, type: number, metrics: [rmse, mae] }");
        Add("squared_error_with_outliers", "  - { name: wild, type: number, metrics: [mae, r2] }", "  - { name: wild, type: number, metrics: [r2, mae] }");
        Add("squared_error_with_outliers", "  - { name: wild, type: number, metrics: [r2, mae] }", "  - { name: wild, type: number, loss: mae, metrics: [r2, mae] }", "training: { keep: wild.mae }");
        Add("squared_error_with_outliers", "  - { name: wild, type: number }", "  - { name: plain, type: number }");
        Add("squared_error_with_outliers", "  - { name: wild, type: number, loss: mean_squared_error }", "  - { name: wild, type: number, loss: {huber: 0.3} }");
        Add("far_inputs_before_logarithm", "  - { name: tail, type: number, transform: log, standardise: true }", "  - { name: plain, type: number }", "", "[ {name: x, type: number}, {name: far} ]");
        Add("far_inputs_before_logarithm", "  - { name: tail, type: number, transform: log1p }", "  - { name: tail, type: number, transform: log1p }", "", "[ {name: both, type: number, columns: [x, far]} ]", "[ {name: x, type: number}, {name: far, type: number, clip: 4}, {name: same, column: far, type: number, scaling: log1p}, {name: rare, type: number} ]");
        Add("percent_of_little", "  - { name: count, type: number, metrics: [mape, mae] }", "  - { name: plain, type: number, metrics: [mape, mae] }");
        Add("percent_of_little", "  - { name: count, type: number, loss: mean_absolute_percentage_error }", "  - { name: plain, type: number, loss: mean_absolute_percentage_error }");
        Add("poisson_on_other_counts", "  - { name: bursts, type: number, loss: poisson }", "  - { name: count, type: number, loss: poisson }");
        Add("dominant_output", "  - { name: plain, type: number, weight: 40 }\n  - { name: other, type: number }", "  - { name: plain, type: number, weight: 4 }\n  - { name: other, type: number }");
        Add("starved_output", "  - { name: plain, type: number, weight: 0.01 }\n  - { name: other, type: number }\n  - { name: even, type: binary }", "  - { name: plain, type: number, weight: 0 }\n  - { name: other, type: number }\n  - { name: even, type: binary }");
        Add("unequal_units", "  - { name: dollars, type: number, transform: none, loss: {huber: 9000} }\n  - { name: even, type: binary }", "  - { name: dollars, type: number, transform: none, weight: 0.00000001 }\n  - { name: even, type: binary }");
        Add("batches_without_label", "  - { name: seldom, type: number }\n  - { name: plain, type: number }", "  - { name: plain, type: number }\n  - { name: even, type: binary }", "training: { batch: 16 }");
        Add("extreme_class_weights", "  - { name: skewed, type: category, class_weights: balanced }", "  - { name: colour, type: category, class_weights: balanced }");
        Add("ordered_classes", "  - { name: level, type: category, metrics: [accuracy] }", "  - { name: colour, type: category, metrics: [accuracy] }");
        Add("rare_value_is_zero", "  - { name: mostly, type: binary }", "  - { name: rare, type: binary }");
        Add("activation_before_loss", "  - { name: colour, type: category, activation: softmax }", "  - { name: colour, type: category }");
        Add("leaking_input", "  - { name: plain, type: number }", "  - { name: plain, type: number }", "", "[ {name: x, type: number}, {name: copy, type: number} ]", "[ {name: x, type: number}, {name: near, type: number} ]");
        Add("numbers_as_names", "  - { name: digit }", "  - { name: digit, type: number }");
        Add("few_rows_of_a_label", "  - { name: skewed, type: category }", "  - { name: colour, type: category }");
        Add("one_hot_columns", "  - { name: is_a, type: binary }\n  - { name: is_b, type: binary }\n  - { name: is_c, type: binary }", "  - { name: has_a, type: binary }\n  - { name: has_b, type: binary }\n  - { name: has_c, type: binary }");
        const string Layers = "layers: [ {embedding: 4}, flatten ]";
        Add("pairs", "  - { name: even, type: binary }", "  - { name: even, type: binary }", "",
            $"[ {{name: left, type: category, form: index, {Layers}}}, {{name: right, type: category, form: index, {Layers}}} ]", $"[ {{name: left, type: category, form: index, {Layers}}}, {{name: else, type: category, form: index, {Layers}}} ]");
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rule_fires_where_it_should(string rule, string fires, string quiet, string further, string firesInputs, string quietInputs)
    {
        _ = (quiet, quietInputs);
        using var box = new AdviceBox(Data);
        var report = box.Advise(fires, further, firesInputs);
        var finding = Assert.Single(report.Findings, f => f.Rule == rule);
        Assert.Contains(finding.Evidence, char.IsAsciiDigit);
        if (finding.Edits.Count > 0) Assert.NotEmpty(finding.Diff);
        else Assert.Contains(rule, (string[])["leaking_input", "few_rows_of_a_label", "one_hot_columns", "pairs"]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rule_is_quiet_where_it_should(string rule, string fires, string quiet, string further, string firesInputs, string quietInputs)
    {
        _ = (fires, firesInputs);
        using var box = new AdviceBox(Data);
        Assert.DoesNotContain(box.Advise(quiet, further, quietInputs).Findings, f => f.Rule == rule);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Written_changes_load_and_are_not_found_again(string rule, string fires, string quiet, string further, string firesInputs, string quietInputs)
    {
        _ = (quiet, quietInputs);
        using var box = new AdviceBox(Data);
        var report = box.Advise(fires, further, firesInputs);
        string before = box.Config;
        var again = box.WriteAndAdvise(report);
        Assert.DoesNotContain(again.Findings, f => f.Edits.Count > 0);
        if (report.Findings.Any(f => f.Rule == rule && f.Edits.Count > 0))
        {
            Assert.DoesNotContain(again.Findings, f => f.Rule == rule);
            Assert.NotEqual(before, box.Config);
        }
        Assert.StartsWith("# first line\n", box.Config, StringComparison.Ordinal);
        Assert.NotEmpty(Equipoise.Runs.RunData.Read(Config.Load(box.In("a.yaml"))).Config.Outputs);
    }

    [Fact]
    public void Squared_errors_stay_where_epochs_are_kept_by_them()
    {
        using var box = new AdviceBox(Data);
        const string Outputs = "  - { name: tail, type: number, metrics: [mae, rmse] }";
        Assert.Contains(box.Advise(Outputs, "training: { keep: tail.mae }").Findings, f => f.Rule == "squared_error_on_heavy_tail");
        Assert.DoesNotContain(box.Advise(Outputs, "training: { keep: tail.rmse }").Findings, f => f.Rule == "squared_error_on_heavy_tail");
    }

    [Fact]
    public void A_logarithm_is_followed_by_bounds_for_inputs_that_go_far()
    {
        using var box = new AdviceBox(Data);
        var report = box.Advise("  - { name: tail, type: number }", "", "\n  - { name: x, type: number }\n  - far   # sometimes wrong\n");
        Assert.DoesNotContain(report.Findings, f => f.Rule == "far_inputs_before_logarithm");
        Assert.Contains(report.Following, f => f.Rule == "far_inputs_before_logarithm");
        Assert.Contains("- {name: far, type: number, clip: 5}   # sometimes wrong", report.Changed, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_has_a_case()
        => Assert.Equal(AdviceRuleCatalog.Catalog.Names.Order(StringComparer.Ordinal), Cases().Select(c => (string)c[0]).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_rule_has_its_line_on_the_page()
    {
        string page = Repository.Read("docs/advise.md");
        var listed = page.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split('`')[1]).Where(AdviceRuleCatalog.Catalog.Names.Contains).ToArray();
        Assert.Equal(AdviceRuleCatalog.Catalog.Names.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        foreach (var rule in AdviceRuleCatalog.Catalog.Entries)
        {
            string line = page.Split('\n').Single(l => l.StartsWith($"| `{rule.Name}` |", StringComparison.Ordinal));
            Assert.Contains($"| {rule.Default.Severity.ToString().ToLowerInvariant()} | {rule.Summary} |", line, StringComparison.Ordinal);
        }
    }

    private static string Poisson(double mean, int row, int stream)
    {
        double left = AdviceBox.Uniform(row, stream), term = Math.Exp(-mean);
        int count = 0;
        while (left > term && count < 200)
        {
            left -= term;
            term *= mean / ++count;
        }
        return count.ToString(CultureInfo.InvariantCulture);
    }
}
