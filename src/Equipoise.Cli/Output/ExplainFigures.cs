using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Ledger;
using Equipoise.Runs;

namespace Equipoise.Cli.Output;

/// <summary>The further tables of <c>explain</c>: who trains which layer, what a doubled weight changes, why training and validation differ.</summary>
internal static class ExplainFigures
{
    /// <summary>Each output's share of the gradient of a layer: weight × length ÷ the sum of these.</summary>
    public static void WriteShares(TextWriter output, LedgerEntry entry, GradientAccount gradients)
    {
        var shares = GradientShare.Of(entry);
        if (shares.Count == 0) return;
        string[] names = [.. gradients.Norms.Select(n => n.Output)];
        output.WriteLine("Who trains which layer: weight × length, as shares of a layer:");
        output.WriteLine();
        var table = new TextTable(["share", .. names]);
        for (int k = 1; k <= names.Length; k++) table.Right.Add(k);
        foreach (var layer in shares) table.Add([layer.Layer, .. layer.Shares.Select(s => double.IsNaN(s.Share) ? "" : Figures.Percent(s.Share))]);
        table.Write(output);
        output.WriteLine();
    }

    /// <summary>What a doubled weight would change.</summary>
    public static void Write(TextWriter output, IReadOnlyList<DoubledWeight> doubled)
    {
        if (doubled.Count == 0) return;
        output.WriteLine("What a doubled weight changes in the shared layers, to first order and at the same length of the step: how fast each raw loss falls, as a multiple of now");
        output.WriteLine("(first line: how far it falls now for each unit of length; below 0 it rises):");
        output.WriteLine();
        string[] names = [.. doubled[0].Slopes.Select(s => s.Output)];
        var table = new TextTable(["weight doubled", .. names]);
        for (int k = 1; k <= names.Length; k++) table.Right.Add(k);
        table.Add(["none", .. doubled[0].Slopes.Select(s => s.Now.ToString("G3", CultureInfo.InvariantCulture))]);
        foreach (var one in doubled) table.Add([one.Output, .. one.Slopes.Select(s => s.Now > 0 ? string.Create(CultureInfo.InvariantCulture, $"× {s.Doubled / s.Now:0.00}") : s.Doubled.ToString("G3", CultureInfo.InvariantCulture))]);
        table.Write(output);
        output.WriteLine();
    }

    /// <summary>Why training and validation differ.</summary>
    public static void Write(TextWriter output, IReadOnlyList<TrainingGap> gaps)
    {
        output.WriteLine("Why training and validation differ in the last epoch: contribution in validation − in training, in parts that add up:");
        output.WriteLine();
        var table = new TextTable("output", "training", "late", "still", "validation", "weights moved", "±", "dropout & co", "other rows", "reweighted", "difference") { Right = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 } };
        foreach (var gap in gaps)
            table.Add(gap.Output, Figures.Number(gap.Training), Figures.Number(gap.Late), Figures.Number(gap.Still), Figures.Number(gap.Validation), Signed(gap.Moved), Figures.Number(gap.MovedError), Signed(gap.Conditions), Signed(gap.OtherRows), Signed(gap.Reweighted), Signed(gap.Difference));
        table.Add("total", "", "", "", "", Signed(gaps.Sum(g => g.Moved)), "", Signed(gaps.Sum(g => g.Conditions)), Signed(gaps.Sum(g => g.OtherRows)), Signed(gaps.Sum(g => g.Reweighted)), Signed(gaps.Sum(g => g.Difference)));
        table.Write(output);
        output.WriteLine();
        output.WriteLine("training: mean of the raw loss over the steps, while the network learned. late: over the last tenth of the steps. still: the training rows evaluated after the epoch.");
        output.WriteLine("weights moved: late − training, ± the scatter of batches in that; what is too much in it is too little in the next. dropout & co: still − late, what dropout, noise, statistics of batches and class weights make. other rows: validation − still, what was not learned but remembered.");
        output.WriteLine("Each of them times the weight; reweighted: what a balancer's last weight makes. Penalties are no part of it.");
    }

    public static JsonArray Json(IReadOnlyList<TrainingGap> gaps) => new([.. gaps.Select(g => (JsonNode)new JsonObject
    {
        ["output"] = g.Output,
        ["training"] = RunJson.Number(g.Training),
        ["late"] = RunJson.Number(g.Late),
        ["still"] = RunJson.Number(g.Still),
        ["validation"] = RunJson.Number(g.Validation),
        ["weights_moved"] = RunJson.Number(g.Moved),
        ["weights_moved_error"] = RunJson.Number(g.MovedError),
        ["dropout_and_others"] = RunJson.Number(g.Conditions),
        ["other_rows"] = RunJson.Number(g.OtherRows),
        ["reweighted"] = RunJson.Number(g.Reweighted),
        ["difference"] = RunJson.Number(g.Difference),
    })]);

    private static string Signed(double value) => $"{(value > 0 ? "+" : "")}{Figures.Number(value)}";
}
