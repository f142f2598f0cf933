using System.Globalization;
using System.Text.RegularExpressions;

namespace Equipoise.Audits.Readers;

/// <summary>What Keras prints while it trains: <c>Epoch 3/10</c>, then <c>100/100 [=====] - 3s - loss: 0.9 - a_loss: 0.4 - val_loss: 1.1</c>, of all versions and degrees of verbosity.</summary>
/// <remarks>Every figure is the mean over the batches of the epoch so far. Where there are five epochs or more, the last line of each is taken; else all lines.</remarks>
internal sealed partial class KerasLines : LogReader
{
    private const int EnoughEpochs = 5;

    public override string Name => "keras_lines";

    public override string Summary => "progress lines of Keras";

    [GeneratedRegex(@"^\s*Epoch\s+(\d+)\s*/\s*(\d+)\s*$")]
    private static partial Regex EpochLine();

    [GeneratedRegex(@"^\s*(\d+)\s*/\s*(\d+|Unknown)\s*[\[━\u2500-\u259F\s-]")]
    private static partial Regex Progress();

    [GeneratedRegex(@"(?<=(?:^|\s)-\s+)(?<name>[A-Za-z_][\w./\-]*):\s+(?<number>[-+]?(?:nan|inf|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?))(?=\s|$)")]
    private static partial Regex Figure();

    public override bool Recognises(LogSource source)
    {
        bool epoch = source.Head.Any(l => EpochLine().IsMatch(l));
        return source.Head.Any(l => Figure().Matches(l).Any(m => m.Groups["name"].Value == "loss") && (epoch || Progress().IsMatch(l)));
    }

    public override IReadOnlyList<LogTable> Read(LogSource source)
    {
        var lines = new List<(int Line, long Epoch, long Step, bool Last, MatchCollection Figures)>();
        long epoch = 0;
        foreach (var (number, text) in source.Lines)
        {
            if (EpochLine().Match(text) is { Success: true } mark)
            {
                epoch = long.Parse(mark.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                continue;
            }
            var figures = Figure().Matches(text);
            if (figures.Count == 0) continue;
            long step = Progress().Match(text) is { Success: true } progress ? long.Parse(progress.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
            // A line that goes on (the same step with the validation figures added) takes the place of the one before.
            if (lines.Count > 0 && lines[^1].Epoch == epoch && (lines[^1].Step == step && step > 0)) lines.RemoveAt(lines.Count - 1);
            if (lines.Count > 0 && lines[^1].Epoch == epoch) lines[^1] = lines[^1] with { Last = false };
            lines.Add((number, epoch, step, true, figures));
        }
        bool epochsOnly = lines.Count(l => l.Last) >= EnoughEpochs;
        var draft = new LogDraft();
        foreach (var line in lines.Where(l => l.Last || !epochsOnly))
        {
            foreach (Match figure in line.Figures)
            {
                if (!PrintedNumber.TryParse(figure.Groups["number"].ValueSpan, out var value)) continue;
                string name = figure.Groups["name"].Value;
                bool validation = name.StartsWith("val_", StringComparison.Ordinal);
                draft.Add(validation ? "valid" : "train", (line.Line, line.Step), line.Line, line.Epoch, epochsOnly ? 0 : line.Step, validation ? name[4..] : name, value);
            }
        }
        return draft.Tables();
    }
}
