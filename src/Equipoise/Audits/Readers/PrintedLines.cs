using System.Globalization;
using System.Text.RegularExpressions;

namespace Equipoise.Audits.Readers;

/// <summary>
/// Lines that a training script prints in a form of its own: <c>Step 50/1000; loss_a: 0.9 + loss_b: 1.5 = total: 2.4</c>, <c>Epoch: [3][10/500] Loss 2.31 (2.45)</c>, <c>{'loss': 0.5, 'epoch': 1.0}</c>, with numbers in quotes, too.
/// </summary>
/// <remarks>
/// A figure is a name, a colon, equals sign or blank, and a number; after a blank the number must have a point. A second number in brackets is the running mean, as the column <c>NAME (mean)</c>.
/// Counters are <c>epoch</c>, <c>step</c>, <c>iter</c>, <c>batch</c> and <c>[640/60000 (1%)]</c>. Lines of one shape hang together: where terms stand joined by <c>+</c> with <c>=</c> before the total, they are taken as said.
/// </remarks>
internal sealed partial class PrintedLines : LogReader
{
    private const string Number = @"[-+]?(?:nan\b|inf\b|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)";

    public override string Name => "printed_lines";

    public override string Summary => "lines in a form of their own, as PyTorch scripts print";

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?|\[?\b\d\d:\d\d:\d\d(?:[.,]\d+)?\]?|\b(?:INFO|DEBUG|WARNING|root)\b:?", RegexOptions.IgnoreCase)]
    private static partial Regex Noise();

    [GeneratedRegex(@"\b(?<word>global[_ ]step|epoch|step|iter(?:ation)?|batch|it)['""]?\s*[:#=]?\s*\[?\s*['""]?(?<number>\d+(?:\.\d+)?)(?:\s*/\s*\d+)?\s*\]?(?:\s*\[\s*(?<inner>\d+)\s*/\s*\d+(?:\s*\(\s*\d+\s*%\s*\))?\s*\])?", RegexOptions.IgnoreCase)]
    private static partial Regex Counter();

    [GeneratedRegex(@"(?<join>[+=])?\s*['""]?(?<name>[A-Za-z_][\w./@\-]*(?:\([A-Za-z]\w*\))?(?: [A-Za-z_][\w./@\-]*){0,2})['""]?(?:\s*[:=]\s*['""]?(?<number>" + Number + @")|\s+(?<number>[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?))(?![\w%/:])(?:\s*\((?<mean>" + Number + @")\))?", RegexOptions.IgnoreCase)]
    private static partial Regex Figure();

    public override bool Recognises(LogSource source) => source.Head.Any(l => Figure().IsMatch(Noise().Replace(l, " ")));

    public override IReadOnlyList<LogTable> Read(LogSource source)
    {
        var draft = new LogDraft();
        string? total = null;
        var terms = new List<string>();
        string? section = null;
        long epoch = 0;
        foreach (var (number, raw) in source.Lines)
        {
            string text = Noise().Replace(raw, " ");
            long step = 0;
            bool counted = false;
            foreach (Match counter in Counter().Matches(text))
            {
                // A counter that begins at 0 is told from 1 by nobody; 0 itself means "not said", which does no harm.
                long value = (long)double.Parse(counter.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
                if (counter.Groups["word"].ValueSpan.Equals("epoch", StringComparison.OrdinalIgnoreCase)) epoch = value;
                else step = value;
                if (counter.Groups["inner"].Success) step = long.Parse(counter.Groups["inner"].ValueSpan, CultureInfo.InvariantCulture);
                counted = true;
            }
            text = Counter().Replace(text, " ; ");
            var figures = Figure().Matches(text);
            string? said = SectionOf(text, figures.Count > 0 ? figures[0].Index : text.Length);
            if (said is not null || counted || figures.Count == 0) section = said;
            string previous = "";
            foreach (Match figure in figures)
            {
                var (part, name) = PartNames.Split(figure.Groups["name"].Value.Trim().Replace(' ', '_'));
                if (figure.Groups["join"].Value == "=" && !string.IsNullOrEmpty(previous)) total = name;
                if (figure.Groups["join"].Value == "+")
                {
                    if (previous.Length > 0 && !terms.Contains(previous)) terms.Add(previous);
                    if (!terms.Contains(name)) terms.Add(name);
                }
                previous = name;
                if (PrintedNumber.TryParse(figure.Groups["number"].ValueSpan, out var value)) draft.Add(part ?? section, (number, 0), number, epoch, step, name, value);
                if (figure.Groups["mean"].Success && PrintedNumber.TryParse(figure.Groups["mean"].ValueSpan, out var mean)) draft.Add(part ?? section, (number, 0), number, epoch, step, $"{name} (mean)", mean);
            }
        }
        return [.. draft.Tables().Select(t => total is not null && terms.Count > 0 && t.IndexOf(total) >= 0 ? t with { Total = total, Terms = [.. terms.Where(n => n != total && t.IndexOf(n) >= 0)] } : t)];
    }

    // The part that the words before the first figure name: "Validation: loss 0.3", "[valid] loss ...".
    private static string? SectionOf(string text, int end)
    {
        foreach (string word in text[..end].Split([' ', '\t', ':', '[', ']', '(', ')', ',', ';', '|', '-', '='], StringSplitOptions.RemoveEmptyEntries))
        {
            if (PartNames.Of(word) is { } part) return part;
        }
        return null;
    }
}
