using System.Text.Json.Nodes;
using Equipoise.Reports.Charts;

namespace Equipoise.Reports.Sections;

/// <summary>The account of a total as table, equation and bars; what several sections show alike.</summary>
internal static class AccountParts
{
    /// <summary>Every term: raw loss, weight, contribution, share, labels.</summary>
    public static void Terms(PageWriter page, JsonNode? account)
    {
        string[] heads = ["term", "#raw loss", "#weight", "#contribution", "#share", "#labelled", "#divided by"];
        var rows = new List<Cell[]>();
        foreach (var (name, term) in account.Entries("outputs"))
        {
            rows.Add(Row(name, term, labels: true));
            foreach (var (loss, part) in term.Entries("losses")) rows.Add(Row($"{name}: {loss}", part, labels: false));
        }
        foreach (var penalty in account.List("penalties"))
            rows.Add([PenaltyName(penalty), "", "", Cell.Of(penalty.Figure("value"), Figure.Number), Cell.Of(penalty.Figure("share"), Figure.Percent), "", ""]);
        rows.Add([new Cell("total", Figure.None, null) { Strong = true }, "", "", Cell.Of(account.Figure("total"), Figure.Number), "", "", ""]);
        page.Table(heads, rows);
    }

    /// <summary>The contributions as bars.</summary>
    public static void Bars(PageWriter page, JsonNode? account, string caption)
    {
        List<BarChart.Group> groups = [.. account.Entries("outputs").Select(o => new BarChart.Group(o.Key, [o.Value.Figure("contribution")])),
            .. account.List("penalties").Select(p => new BarChart.Group(PenaltyName(p), [p.Figure("value")]))];
        if (groups.Count > 1) BarChart.Write(page, caption, ["contribution"], groups, Figure.Number);
    }

    /// <summary>What a penalty is called.</summary>
    public static string PenaltyName(JsonNode? penalty) => $"{penalty.Text("kind")}, {penalty.Text("layer")}";

    private static Cell[] Row(string name, JsonNode? term, bool labels) =>
    [
        name, Cell.Of(term.Figure("raw"), Figure.Number), Cell.Of(term.Figure("weight"), Figure.Weight), Cell.Of(term.Figure("contribution"), Figure.Number), Cell.Of(term.Figure("share"), Figure.Percent),
        labels ? Cell.Of(term.Figure("labelled"), Figure.Count) : "", labels ? Cell.Of(term.Figure("divisor"), Figure.Weight) : "",
    ];
}
