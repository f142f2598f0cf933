using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Runs;
using Equipoise.Trials;

namespace Equipoise.Cli.Output;

/// <summary>A comparison as text and as JSON.</summary>
internal static class ComparisonReport
{
    public static void Write(TextWriter output, ComparisonResult result)
    {
        for (int f = 0; f < result.Verdicts.Count; f++) Write(output, result, f);
        foreach (var variant in result.Variants.Where(v => v.Note is not null)) output.WriteLine($"{variant.Variant.Name}: {variant.Note}.");
        foreach (var variant in result.Variants.Where(v => v.Fault is not null))
            output.WriteLine($"{variant.Variant.Name} diverged in {variant.Trials.Count(t => t.Fault is not null)} of {variant.Trials.Count} seeds: {variant.Fault}");
        if (result.Variants.Any(v => v.Note is not null || v.Fault is not null)) output.WriteLine();
        if (result.Transfer.Count > 0) WriteTransfer(output, result);
    }

    public static JsonObject Json(ComparisonResult result, string config)
    {
        string[] figures = [.. result.Verdicts.Select(v => v.Figure.Text)];
        return new JsonObject
        {
            ["config"] = config,
            ["seeds"] = new JsonArray([.. result.Seeds.Select(s => (JsonNode)s)]),
            ["rows"] = result.Rows,
            ["figures"] = new JsonArray([.. result.Verdicts.Select(v => (JsonNode)new JsonObject
            {
                ["figure"] = v.Figure.Text,
                ["higher_is_better"] = v.Figure.HigherIsBetter,
                ["best"] = v.Best,
                ["winner"] = v.Winner,
                ["reason"] = v.Reason,
                ["confidence"] = v.Confidence,
                ["differences"] = new JsonArray([.. v.Differences.Select(d => (JsonNode)Json(d))]),
            })]),
            ["variants"] = new JsonArray([.. result.Variants.Select(v => (JsonNode)new JsonObject
            {
                ["name"] = v.Variant.Name,
                ["changes"] = Envelope.Texts(v.Variant.Changes.Select(c => c.ToString())),
                ["note"] = v.Note,
                ["seconds"] = Math.Round(v.Seconds, 3),
                ["fault"] = v.Fault,
                ["figures"] = new JsonObject([.. figures.Select((name, f) => KeyValuePair.Create(name, (JsonNode?)new JsonObject
                {
                    ["mean"] = RunJson.Number(v.Mean(f)), ["deviation"] = RunJson.Number(v.Deviation(f)), ["test"] = RunJson.Number(v.Test(f)),
                }))]),
                ["trials"] = new JsonArray([.. v.Trials.Select(t => (JsonNode)Json(t, figures))]),
            })]),
            ["tuning"] = result.Tuning is not { } tuning ? null : new JsonObject
            {
                ["weights"] = new JsonObject([.. tuning.Weights.Select(w => KeyValuePair.Create(w.Key, RunJson.Number(w.Value)))]),
                ["trials"] = tuning.Trials, ["seconds"] = Math.Round(tuning.Seconds, 3), ["figure"] = tuning.Figure, ["value"] = RunJson.Number(tuning.Value),
            },
            ["transfer"] = new JsonArray([.. result.Transfer.Select(t => (JsonNode)new JsonObject
            {
                ["output"] = t.Output, ["figure"] = t.Figure.Text, ["together"] = RunJson.Number(t.Together), ["alone"] = RunJson.Number(t.Alone), ["difference"] = Json(t.Difference), ["verdict"] = t.Verdict,
            })]),
        };
    }

    private static void Write(TextWriter output, ComparisonResult result, int f)
    {
        var verdict = result.Verdicts[f];
        bool test = result.Variants.Any(v => !double.IsNaN(v.Test(f)));
        output.WriteLine($"{verdict.Figure.Text}, {(verdict.Figure.HigherIsBetter ? "higher" : "lower")} is better: {result.Seeds.Count} {(result.Seeds.Count == 1 ? "seed" : "seeds")}, {Figures.Count(result.Rows)} validation rows");
        output.WriteLine();
        var table = new TextTable(["variant", "mean", "± over seeds", "best − it", "interval", .. test ? ["test"] : Array.Empty<string>(), "seconds"]) { Right = { 1, 2, 3, 4, 5, 6 } };
        foreach (var variant in result.Variants)
        {
            var difference = verdict.Differences.FirstOrDefault(d => d.Second == variant.Variant.Name);
            string deviation = double.IsNaN(variant.Deviation(f)) ? "" : Number(variant.Deviation(f));
            table.Add([variant.Variant.Name, Number(variant.Mean(f)), deviation, difference is null ? (variant.Variant.Name == verdict.Best ? "best" : "") : Number(difference.Mean), difference is null ? "" : Interval(difference),
                .. test ? [Number(variant.Test(f))] : Array.Empty<string>(), variant.Seconds.ToString("0.0", CultureInfo.InvariantCulture)]);
        }
        table.Write(output);
        output.WriteLine();
        string sure = verdict.Differences.Count > 1
            ? string.Create(CultureInfo.InvariantCulture, $"Intervals hold with {100 * (1 - ((1 - verdict.Confidence) * verdict.Differences.Count)):0.#} % all together (Bonferroni: {100 * verdict.Confidence:0.##} % each), paired by seed and row.")
            : string.Create(CultureInfo.InvariantCulture, $"The interval holds with {100 * verdict.Confidence:0.#} %, paired by seed and row.");
        output.WriteLine(verdict.Winner is null ? $"No winner: {verdict.Reason}. {sure}" : $"Winner: {verdict.Winner}; {verdict.Reason}. {sure}");
        output.WriteLine();
    }

    private static void WriteTransfer(TextWriter output, ComparisonResult result)
    {
        output.WriteLine($"Each output together with the others ({result.Variants[0].Variant.Name}) and alone (all other weights 0):");
        output.WriteLine();
        var table = new TextTable("output", "figure", "together", "alone", "together − alone", "interval", "") { Right = { 2, 3, 4, 5 } };
        foreach (var finding in result.Transfer) table.Add(finding.Output, finding.Figure.Text, Number(finding.Together), Number(finding.Alone), Number(finding.Difference.Mean), Interval(finding.Difference), finding.Verdict);
        table.Write(output);
        output.WriteLine();
    }

    private static JsonObject Json(PairedDifference difference) => new()
    {
        ["first"] = difference.First, ["second"] = difference.Second, ["mean"] = RunJson.Number(difference.Mean), ["low"] = RunJson.Number(difference.Low), ["high"] = RunJson.Number(difference.High),
        ["row_error"] = RunJson.Number(difference.RowError), ["seed_error"] = RunJson.Number(difference.SeedError), ["seeds"] = difference.Seeds,
    };

    private static JsonObject Json(TrialSummary trial, string[] figures) => new()
    {
        ["seed"] = trial.Seed,
        ["valid"] = new JsonObject([.. figures.Select((name, f) => KeyValuePair.Create(name, RunJson.Number(trial.Values[f])))]),
        ["test"] = trial.Test is not { } test ? null : new JsonObject([.. figures.Select((name, f) => KeyValuePair.Create(name, RunJson.Number(test[f])))]),
        ["best_epoch"] = trial.BestEpoch, ["epochs"] = trial.Epochs, ["seconds"] = Math.Round(trial.Seconds, 3), ["fault"] = trial.Fault,
    };

    private static string Interval(PairedDifference difference)
        => difference.Seeds == 0 ? "no seed finished in both" : double.IsInfinity(difference.Low) ? "one seed" : $"[{Number(difference.Low)}, {Number(difference.High)}]";

    private static string Number(double value) => double.IsNaN(value) ? "-" : Figures.FourDigits(value);
}
