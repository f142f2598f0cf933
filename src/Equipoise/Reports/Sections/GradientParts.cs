using System.Text.Json.Nodes;

namespace Equipoise.Reports.Sections;

/// <summary>Who trains what: shares and conflicts of the outputs' gradients, layer by layer, and what a doubled weight would change.</summary>
internal static class GradientParts
{
    /// <summary>All of it, of an account that has gradients.</summary>
    public static void Write(PageWriter page, JsonNode? account)
    {
        var gradients = account.Under("gradients");
        if (gradients is null) return;
        string[] outputs = [.. gradients.Entries("norms").Select(n => n.Key)];
        page.Heading("Who trains which layer");
        var shares = account.List("gradient_shares");
        if (shares.Count > 0)
        {
            page.Note("Weight × length of each output's gradient, as shares of a layer: the darker, the more this output trains it.");
            page.Table(["layer", .. outputs.Select(o => $"#{o}")], shares.Select(s => (IReadOnlyList<Cell>)[s.Text("layer"), .. outputs.Select(o => Cell.Hot(s.Under("shares").Figure(o), Figure.Percent))]));
        }
        page.Note("Length of the gradient of each raw loss, before any weight:");
        page.Table(["layer", .. outputs.Select(o => $"#{o}")],
        [
            Norms("all shared layers", gradients, outputs), .. gradients.Entries("layers").Select(l => Norms(l.Key, l.Value, outputs)),
        ]);
        Conflicts(page, gradients, outputs);
        Doubled(page, account, outputs);
    }

    /// <summary>The cosines of all pairs as a matrix, and layer by layer.</summary>
    private static void Conflicts(PageWriter page, JsonNode gradients, string[] outputs)
    {
        var pairs = gradients.List("pairs");
        if (pairs.Count == 0) return;
        page.Heading("Where outputs help or hurt each other");
        page.Note("Cosine between their gradients: 1 pull the same way, 0 have nothing to do with one another, below 0 each step for one costs the other something.");
        if (outputs.Length > 2)
        {
            page.Table(["all shared layers", .. outputs.Select(o => $"#{o}")], outputs.Select(row => (IReadOnlyList<Cell>)[row, .. outputs.Select(column =>
                row == column ? (Cell)"" : Cell.Hot(Pair(pairs, row, column).Figure("cosine"), Figure.Cosine))]));
        }
        var layers = gradients.Entries("layers");
        page.Table(["outputs", "#all", "#steps in conflict", .. layers.Select(l => $"#{l.Key}")], pairs.Select(p => (IReadOnlyList<Cell>)
        [
            $"{p.Text("first")}, {p.Text("second")}", Cell.Hot(p.Figure("cosine"), Figure.Cosine), Cell.Of(p.Figure("conflicts"), Figure.Percent),
            .. layers.Select(l => Cell.Hot(Pair(l.Value.List("pairs"), p.Text("first"), p.Text("second")).Figure("cosine"), Figure.Cosine)),
        ]));
    }

    private static void Doubled(PageWriter page, JsonNode? account, string[] outputs)
    {
        var doubled = account.List("doubled_weights");
        if (doubled.Count == 0) return;
        page.Heading("What a doubled weight would change, to first order");
        page.Note("How far each raw loss falls in the shared layers per unit of the step's length: now, and with one weight doubled. Below 0 it rises. What happens in truth, 'explain --double OUTPUT' measures.");
        Figure Slope(JsonNode? one, string output, string name) => one.List("slopes").FirstOrDefault(s => s.Text("output") == output).Figure(name);
        page.Table(["weight doubled", .. outputs.Select(o => $"#{o}")],
        [
            ["none", .. outputs.Select(o => Cell.Of(Slope(doubled[0], o, "now"), Figure.Short))],
            .. doubled.Select(d => (IReadOnlyList<Cell>)[d.Text("doubled"), .. outputs.Select(o => Cell.Of(Slope(d, o, "then"), Figure.Short))]),
        ]);
    }

    private static IReadOnlyList<Cell> Norms(string layer, JsonNode? node, string[] outputs) => [layer, .. outputs.Select(o => Cell.Of(node.Under("norms").Figure(o), Figure.Short))];

    /// <summary>The pair of two outputs, in either order.</summary>
    public static JsonNode? Pair(IReadOnlyList<JsonNode?> pairs, string first, string second)
        => pairs.FirstOrDefault(p => (p.Text("first") == first && p.Text("second") == second) || (p.Text("first") == second && p.Text("second") == first));
}
