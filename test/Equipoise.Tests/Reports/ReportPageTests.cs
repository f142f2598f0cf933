using System.Text.Json.Nodes;
using System.Xml.Linq;
using Equipoise.Reports;
using Equipoise.Testing;

namespace Equipoise.Tests.Reports;

/// <summary>Pages of answers written by hand: what is on them, and what can never be.</summary>
public sealed class ReportPageTests
{
    private const string Evil = "<script>alert(\"1\")</script>&'";

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["explain"] = """
            { "run": "runs/NAME", "lines": [ { "part": "epoch", "epoch": 2, "step": 20, "rows": 320, "gap": 1.5e-12, "total": 1.7654321, "equation": "1.7654 = ...",
              "outputs": { "NAME": { "raw": 0.7000001, "weight": 1, "contribution": 0.7000001, "share": 0.3965, "labelled": 320, "divisor": 16 }, "b": { "raw": 2.1, "weight": 0.5, "contribution": 1.05, "share": 0.59475, "labelled": 300, "divisor": 15 } },
              "penalties": [ { "layer": "NAME", "kind": "l2 of kernel", "value": 0.0154320, "share": 0.00874 } ], "notes": [ { "kind": "zero_gradient", "output": "NAME", "steps": 3 } ],
              "gradients": { "steps": 20, "norms": { "NAME": 1.25, "b": 0.5 }, "pairs": [ { "first": "NAME", "second": "b", "cosine": -0.25, "conflicts": 0.6 } ], "layers": { "NAME": { "norms": { "NAME": 1, "b": null }, "pairs": [] } } },
              "gradient_shares": [ { "layer": "all shared layers", "shares": { "NAME": 0.83333, "b": 0.16667 } } ],
              "doubled_weights": [ { "doubled": "NAME", "slopes": [ { "output": "NAME", "now": 1.2, "then": 1.24 }, { "output": "b", "now": 0.1, "then": -0.05 } ] } ] } ],
              "training_and_validation": [ { "output": "NAME", "training": 0.7, "late": 0.68, "still": 0.6, "validation": 0.75, "weights_moved": -0.02, "weights_moved_error": 0.01, "dropout_and_others": -0.08, "other_rows": 0.15, "reweighted": 0, "difference": 0.05 } ],
              "measured": { "doubled": "NAME", "weight": 1, "doubled_weight": 2, "steps": 100, "warm_up": 50, "orders": 5, "confidence": 0.95, "how": "NAME",
                "parts": [ { "part": "valid", "rows": 40, "moments": [ { "steps": 100, "outputs": [ { "output": "NAME", "before": 0.75, "unchanged": 0.74, "doubled": 0.7, "change": -0.04, "low": -0.06, "high": -0.02, "predicted": -0.035, "verdict": "falls" } ] } ] } ] } }
            """,
        ["audit"] = """
            { "log": "NAME", "format": "keras_progress", "parts": [ { "part": "NAME", "lines": 12, "total": "loss", "terms": ["NAME", "b"], "not_looked_at": ["c"], "answer": "NAME", "certain": true, "claim": { "verdict": "not_rejected", "why": "NAME" },
              "explanations": [ { "causes": ["weights"], "text": "NAME", "fits": true, "probability": 0.99, "why": "NAME", "weights": [ { "part": "NAME", "weight": 0.9, "least": 0.88, "greatest": 0.92, "at_first": 0.9, "simplest": 0.9 }, { "part": "b", "weight": 0.1, "least": 0, "greatest": null, "at_first": 0.1, "simplest": 0.1 } ] } ],
              "equations": ["1 = NAME"], "convergence": [ { "part": "NAME", "first": 2, "last": 0.5, "fell": 4, "share_at_last": 0.8 }, { "part": "b", "first": 1, "last": 0, "fell": null, "share_at_last": 0.2 } ], "findings": ["NAME"], "advice": ["NAME"] } ] }
            """,
        ["advise"] = """
            { "about": "NAME", "training_part": "80 rows", "outputs": [ { "output": "NAME", "column": "c", "type": "number", "reason": "NAME", "guess_loss": 1.002398, "statistics": { "rows": 35374, "zero_share": 0.0123456, "skew": 1.6196, "evenness": null },
              "losses": [ { "name": "huber", "config": "NAME", "reason": "NAME", "decided_by": "skew 1.6" } ], "metrics": [ { "name": "NAME", "config": null, "reason": "", "decided_by": "" } ] } ],
              "findings": [ { "rule": "NAME", "severity": "warning", "output": "NAME", "line": 7, "evidence": "NAME", "advice": "NAME", "diff": [ { "change": "-", "line": 7, "text": "NAME" }, { "change": "+", "line": 7, "text": "b" } ] } ],
              "following": [], "diff": [ { "change": "+", "line": 7, "text": "NAME" } ], "written": false }
            """,
        ["calibrate"] = """
            { "config": "NAME", "rule": "equal_contribution", "seeds": [7, 8], "first_step": 76, "steps": 100, "rounds": 2, "seconds": 3.336, "ratio_before": 174.85, "ratio_after": 1.0611, "pull_before": 5.4, "pull_after": 70.75, "penalties_before": 0.01, "penalties_after": 0.02, "written": null,
              "metrics": [ { "output": "NAME", "metric": "NAME", "higher_is_better": true, "before": 0.5, "after": 0.625, "difference": 0.125, "low": 0.1, "high": 0.15, "verdict": "better" } ],
              "outputs": { "NAME": { "constant": 1.0006, "first_step": 1.0218, "weight": 12.7, "weight_low": 10.2, "weight_high": 14.7, "before": { "raw": 0.0276, "weight": 1, "contribution": 0.0276, "share": 0.0324, "gradient": 0.537 }, "after": { "raw": 0.0228, "weight": 12.7, "contribution": 0.2898, "share": 0.339, "gradient": null } } } }
            """,
        ["compare"] = """
            { "config": "NAME", "seeds": [7], "rows": 4978, "figures": [ { "figure": "NAME", "higher_is_better": false, "best": "NAME", "winner": "NAME", "reason": "NAME", "confidence": 0.975, "differences": [ { "first": "NAME", "second": "b", "mean": -42, "low": -91.9, "high": -7.9, "row_error": 1, "seed_error": 2, "seeds": 3 }, { "first": "NAME", "second": "c", "mean": -1, "low": null, "high": null, "seeds": 1 } ] } ],
              "variants": [ { "name": "NAME", "changes": ["NAME"], "note": "NAME", "seconds": 1.832, "fault": null, "figures": { "NAME": { "mean": 416.7, "deviation": 8.4, "test": null } }, "trials": [] }, { "name": "b", "changes": [], "note": null, "seconds": 1, "fault": "NAME", "figures": {}, "trials": [] } ],
              "tuning": { "weights": { "NAME": 0.5 }, "trials": 9, "seconds": 4, "figure": "NAME", "value": 400 }, "transfer": [ { "output": "NAME", "figure": "NAME", "together": 420, "alone": 338, "difference": { "mean": 82, "low": 51, "high": 114 }, "verdict": "NAME" } ] }
            """,
        ["sweep"] = """
            { "folder": "NAME", "plan": { "sampler": "sobol", "seeds": 1, "epochs": 2 }, "objectives": [ { "name": "NAME", "better": "lower" }, { "name": "b", "better": "higher" } ], "front": [1, 2], "knee": 2, "hypervolume": 0.11, "hypervolume_share": 0.78, "reference": {}, "best": { "by": "NAME", "where": ["NAME"], "trial": 1 },
              "trials": [ { "trial": 0, "state": "done", "changes": {}, "objectives": { "NAME": 9, "b": 0.5 }, "on_front": false, "epochs": 2, "seconds": 4.9, "reason": "" }, { "trial": 1, "state": "done", "changes": { "outputs.NAME.weight": "0.2", "NAME": "NAME" }, "objectives": { "NAME": 5, "b": 0.6 }, "on_front": true, "epochs": 2, "seconds": 3, "reason": "" },
                { "trial": 2, "state": "done", "changes": { "outputs.NAME.weight": "0.9", "NAME": "x" }, "objectives": { "NAME": 6, "b": 0.7 }, "on_front": true, "epochs": 2, "seconds": 3, "reason": "" }, { "trial": 3, "state": "pruned", "changes": { "outputs.NAME.weight": "0.5" }, "objectives": { "NAME": 8, "b": 0.3 }, "on_front": false, "epochs": 1, "seconds": 1, "reason": "NAME" } ] }
            """,
        ["run"] = """
            { "run": "NAME", "name": "NAME", "started": "2026-01-02", "seed": 7, "trained_numbers": 27655, "rows": { "train": 192, "valid": 24, "test": 24 }, "balance": "NAME", "epochs": 2, "best_epoch": 2, "kept_by": "total", "stopped": "NAME", "seconds": 1.25, "notes": ["NAME"],
              "parts": { "train": { "total": 1.5, "equation": "NAME", "outputs": { "NAME": { "raw": 1.5, "weight": 1, "contribution": 1.5, "share": 1, "labelled": 192 } }, "metrics": { "NAME": { "NAME": 0.5 } } } },
              "course_by": "epoch", "training": [ { "epoch": 1, "step": 12, "total": 2.5, "outputs": { "NAME": { "raw": 2, "weight": 1, "contribution": 2, "share": 0.8 } }, "penalties": 0.5, "penalties_share": 0.2 }, { "epoch": 2, "step": 24, "total": 1.5, "outputs": { "NAME": { "raw": 0.5, "weight": 2, "contribution": 1, "share": 0.667 } }, "penalties": 0.5, "penalties_share": 0.333 } ],
              "validation": [ { "epoch": 1, "total": 3, "outputs": { "NAME": { "raw": 3, "weight": 1, "contribution": 3, "share": 1 } } }, { "epoch": 2, "total": 0.01, "outputs": { "NAME": { "raw": 0.01, "weight": 1, "contribution": 0.01, "share": 1 } } } ],
              "metrics": [ { "part": "epoch", "epoch": 1, "outputs": { "NAME": { "NAME": 0.4 } } }, { "part": "epoch", "epoch": 2, "outputs": { "NAME": { "NAME": null } } } ],
              "cosines": [ { "epoch": 1, "pairs": [ { "first": "NAME", "second": "b", "cosine": 0.5 } ] }, { "epoch": 2, "pairs": [ { "first": "NAME", "second": "b", "cosine": -0.004 } ] } ], "gradients_of": { "epoch": 2, "gradients": { "norms": { "NAME": 1 }, "pairs": [], "layers": {} } } }
            """,
    };

    public static TheoryData<string> Commands => [.. ReportPage.Commands];

    [Theory, MemberData(nameof(Commands))]
    public void Every_figure_on_a_page_is_one_of_the_answer(string command)
    {
        var (page, json) = Page(command, "price");
        Assert.InRange(PageCheck.Figures(page, json), 4, 200);
    }

    [Theory, MemberData(nameof(Commands))]
    public void Names_of_users_cannot_become_markup(string command)
    {
        var (page, _) = Page(command, Evil);           // which throws if there is a script
        Assert.Contains(Evil, page.Root!.Value, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Commands))]
    public void An_answer_with_nothing_in_it_makes_a_page_too(string command)
        => PageCheck.Read(ReportPage.Of([new Answer(command, [])]));

    [Theory]
    [InlineData("run", "Losses and metrics of the best epoch|The course of the training, by epochs|Metrics in the course of the training, on the training part|Who trains which layer|Cosines of the gradients by epochs", 5)]
    [InlineData("explain", "Training, mean over the steps of an epoch|Who trains which layer|Where outputs help or hurt each other|What a doubled weight would change, to first order|Why training and validation differ|What doubling the weight of 'price' does: measured", 2)]
    [InlineData("audit", "price", 2)]
    [InlineData("advise", "Found|All changes together|price: number", 0)]
    [InlineData("calibrate", "Proposed weights|Contributions before and after|What becomes of the metrics|How even it is|Where the losses begin", 2)]
    [InlineData("compare", "price, lower is better|The variants|Fixed weights that were searched for|Together and alone", 1)]
    [InlineData("sweep", "All trials", 2)]
    public void Pages_have_their_parts_in_order(string command, string headings, int charts)
    {
        var (page, _) = Page(command, "price");
        Assert.Equal(headings.Split('|'), Elements(page, "h3").Select(h => h.Value));
        Assert.Equal(charts, Elements(page, "svg").Count());
        Assert.Single(Elements(page, "h1"));
    }

    [Fact]
    public void Several_answers_have_a_list_of_contents()
    {
        var page = PageCheck.Read(ReportPage.Of([.. ReportPage.Commands.Select(c => new Answer(c, Json(c, "price")))], title: "All & more"));
        var links = Elements(page, "a").Select(a => a.Attribute("href")!.Value[1..]).ToArray();
        Assert.Equal(ReportPage.Commands.Count, links.Length);
        Assert.Equal(links, Elements(page, "section").Select(s => s.Attribute("id")!.Value));
        Assert.Equal("All & more", Elements(page, "h1").Single().Value);
    }

    [Fact]
    public void The_front_is_a_line_of_steps_through_its_trials()
    {
        var (page, _) = Page("sweep", "price");
        var chart = Elements(page, "svg").First();
        string way = chart.Elements().Single(e => (string?)e.Attribute("class") == "line front").Attribute("d")!.Value;
        Assert.Equal(3, way.Split('L').Length);        // two trials and the corner between them
        Assert.Equal(4, chart.Elements().Count(e => e.Name.LocalName == "circle"));
        Assert.Single(chart.Elements(), e => (string?)e.Attribute("class") == "trial knee");
        Assert.Single(chart.Elements(), e => (string?)e.Attribute("class") == "trial chosen");
    }

    [Fact]
    public void Columns_without_a_figure_are_left_out()
    {
        var (page, _) = Page("compare", "price");
        Assert.DoesNotContain("test", Elements(page, "th").Select(h => h.Value));
    }

    [Theory]
    [InlineData("no json", "this is no JSON")]
    [InlineData("[1]", "no answer of equipoise")]
    [InlineData("{\"equipoise\": 2, \"command\": \"sweep\", \"result\": {}}", "form 2")]
    [InlineData("{\"equipoise\": 1, \"command\": \"sweep\", \"ok\": false, \"error\": {\"message\": \"It broke.\"}}", "It broke.")]
    [InlineData("{\"equipoise\": 1, \"command\": \"swep\", \"result\": {}}", "Did you mean 'sweep'")]
    public void What_is_no_answer_is_told_with_the_file(string text, string message)
    {
        var fault = Assert.Throws<ReportException>(() => Answer.Read(text, "some.json"));
        Assert.Contains("some.json", fault.Message, StringComparison.Ordinal);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private static (XDocument Page, JsonNode Json) Page(string command, string name)
    {
        var json = Json(command, name);
        return (PageCheck.Read(ReportPage.Of([new Answer(command, json, [name])])), json);
    }

    private static JsonObject Json(string command, string name)
        => JsonNode.Parse(Answers[command].Replace("NAME", JsonValue.Create(name)!.ToJsonString()[1..^1], StringComparison.Ordinal))!.AsObject();

    private static IEnumerable<XElement> Elements(XDocument page, string name) => page.Descendants().Where(e => e.Name.LocalName == name);
}
