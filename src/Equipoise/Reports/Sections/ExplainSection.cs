using System.Text.Json.Nodes;

namespace Equipoise.Reports.Sections;

/// <summary>The page of <c>explain</c>.</summary>
internal static class ExplainSection
{
    public static void Write(PageWriter page, Answer answer)
    {
        foreach (var line in answer.Result.List("lines"))
        {
            page.Heading(line.Text("part") switch { "step" => "A step", "epoch" => "Training, mean over the steps of an epoch", _ => "Validation" });
            page.Facts(("epoch", Cell.Of(line.Figure("epoch"), Figure.Whole)), ("step", Cell.Of(line.Figure("step"), Figure.Whole)), ("rows", Cell.Of(line.Figure("rows"), Figure.Count)),
                ("terms add up within", Cell.Of(line.Figure("gap"), v => v.ToString("0.0e0", System.Globalization.CultureInfo.InvariantCulture))));
            page.Equation(line.Text("equation"));
            AccountParts.Terms(page, line);
            AccountParts.Bars(page, line, "Contributions to the total");
            foreach (var note in line.List("notes"))
                page.Note($"In {note.Text("steps")} steps: {note.Text("kind").Replace('_', ' ')}{(note.Text("output") is { Length: > 0 } output ? $" ({output})" : "")}.");
            GradientParts.Write(page, line);
        }
        Gap(page, answer.Result.List("training_and_validation"));
        DoubledSection.Write(page, answer.Result.Under("measured"));
    }

    private static void Gap(PageWriter page, IReadOnlyList<JsonNode?> gaps)
    {
        if (gaps.Count == 0) return;
        page.Heading("Why training and validation differ");
        page.Note("Contribution in validation − in training, in the last epoch, in parts that add up. Weights moved: what was learned in the course of the epoch, ± the scatter of batches. Dropout and others: what "
            + "dropout, noise, statistics of batches and class weights make. Other rows: what was not learned but remembered. Reweighted: what a balancer's last weight makes.");
        page.Table(["output", "#training", "#late", "#still", "#validation", "#weights moved", "#±", "#dropout and others", "#other rows", "#reweighted", "#difference"], gaps.Select(g => (IReadOnlyList<Cell>)
        [
            g.Text("output"), .. ((string[])["training", "late", "still", "validation"]).Select(n => Cell.Of(g.Figure(n), Figure.Number)), Cell.Of(g.Figure("weights_moved"), Figure.Signed), Cell.Of(g.Figure("weights_moved_error"), Figure.Number),
            .. ((string[])["dropout_and_others", "other_rows", "reweighted", "difference"]).Select(n => Cell.Of(g.Figure(n), Figure.Signed)),
        ]));
    }
}
