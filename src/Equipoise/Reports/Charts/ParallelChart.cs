using System.Globalization;
using System.Text.Json.Nodes;

namespace Equipoise.Reports.Charts;

/// <summary>Parallel coordinates: an axis for each setting that varies, at the left, and for each objective, at the right; a line for each trial.</summary>
internal static class ParallelChart
{
    private const double Height = 300;
    private const double Top = 54;
    private const double Bottom = 24;
    private const int MostAxes = 9;

    /// <summary>Draws trials that were trained to their end.</summary>
    /// <returns>Whether there was anything to draw.</returns>
    public static bool Write(PageWriter page, string caption, IReadOnlyList<JsonNode?> trials, IReadOnlyList<(string Name, bool Higher)> objectives)
    {
        JsonNode?[] done = [.. trials.Where(t => t.Text("state") == "done")];
        string[] settings = [.. done.SelectMany(t => t.Entries("changes")).Select(c => c.Key).Distinct().Where(p => done.Select(t => t.Under("changes").Text(p)).Where(v => v.Length > 0).Distinct().Count() > 1)];
        if (settings.Length == 0 || done.Length < 2 || settings.Length + objectives.Count > MostAxes) return false;
        var axes = new List<(string Name, string Mark, Func<JsonNode?, double> Value, string Low, string High)>();
        foreach (string path in settings) axes.Add(Setting(path, done));
        foreach (var (name, higher) in objectives)
        {
            double[] values = [.. done.Select(t => t.Under("objectives").Figure(name).Value).Where(double.IsFinite)];
            if (values.Length > 0) axes.Add((name, higher ? "↑" : "↓", t => t.Under("objectives").Figure(name).Value, Figure.Short(values.Min()), Figure.Short(values.Max())));
        }
        ChartFrame.Open(page, caption, "wide");
        var svg = new Svg(page, caption, Height);
        double room = Svg.Width / axes.Count;
        var scales = axes.Select(a => new Axis(done.Select(a.Value), Height - Bottom, Top, tight: true)).ToArray();
        double X(int axis) => (axis + 0.5) * room;
        for (int a = 0; a < axes.Count; a++)
        {
            svg.Line(X(a), Top, X(a), Height - Bottom, "zero");
            // Names stand at two heights in turn, so that each has the room of two.
            string name = BarChart.Shortened($"{axes[a].Mark}{axes[a].Name}", (2 * room) - 4);
            double half = Svg.WidthOf(name) / 2;
            svg.Text(name, Math.Clamp(X(a), half, Math.Max(half, Svg.Width - half)), a % 2 == 0 ? 14 : 28, "middle", "name");
            svg.Text(BarChart.Shortened(axes[a].High, room + 10), X(a), Top - 8, "middle", "small");
            svg.Text(BarChart.Shortened(axes[a].Low, room + 10), X(a), Height - 6, "middle", "small");
        }
        foreach (var trial in done.OrderBy(t => t.Flag("on_front")))
            svg.Path(Svg.Way(axes.Select((axis, a) => (X(a), scales[a][axis.Value(trial)]))), $"line parallel {(trial.Flag("on_front") ? "on" : "off")}");
        svg.End();
        ChartFrame.Close(page);
        return true;
    }

    // A setting of numbers has them to scale; one of words has each at its own place.
    private static (string Name, string Mark, Func<JsonNode?, double> Value, string Low, string High) Setting(string path, JsonNode?[] trials)
    {
        string[] texts = [.. trials.Select(t => t.Under("changes").Text(path)).Where(v => v.Length > 0).Distinct()];
        string name = path.StartsWith("outputs.", StringComparison.Ordinal) && path.EndsWith(".weight", StringComparison.Ordinal) ? path["outputs.".Length..^".weight".Length] : path[(path.LastIndexOf('.') + 1)..];
        static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
        if (texts.All(t => double.IsFinite(Number(t))))
        {
            string[] order = [.. texts.OrderBy(Number)];
            return (name, "", t => Number(t.Under("changes").Text(path)), order[0], order[^1]);
        }
        return (name, "", t => Array.IndexOf(texts, t.Under("changes").Text(path)) is >= 0 and var at ? at : double.NaN, texts[0], texts[^1]);
    }
}
