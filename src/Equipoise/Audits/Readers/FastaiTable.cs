namespace Equipoise.Audits.Readers;

/// <summary>The table that fastai shows while it trains, or the <c>history.csv</c> of its <c>CSVLogger</c>: <c>epoch</c>, <c>train_loss</c>, <c>valid_loss</c>, then metrics, which are of the validation part.</summary>
/// <remarks>Fields stand apart by commas or by blanks. Epochs are counted from 0 and told from 1. The loss of training is smoothed over the batches, that of validation is not.</remarks>
internal sealed class FastaiTable : LogReader
{
    public override string Name => "fastai";

    public override string Summary => "the table of fastai, printed or as CSV";

    public override bool Recognises(LogSource source) => source.Head.Any(IsHeader);

    public override IReadOnlyList<LogTable> Read(LogSource source)
    {
        string[] header = [];
        var draft = new LogDraft();
        foreach (var (line, text) in source.Lines)
        {
            string[] fields = Fields(text);
            if (IsHeader(text)) header = fields;
            else if (header.Length > 0 && fields.Length == header.Length && CsvRows.Counter(header, fields, "epoch") is >= 0 and var epoch)
                CsvRows.Add(draft, header, fields, line, epoch + 1, 0, (line, 0), name => name is "epoch" or "time" ? null : PartNames.Split(name) is ({ } part, var rest) ? (part, rest) : ("valid", name));
        }
        return draft.Tables();
    }

    private static bool IsHeader(string line) => Fields(line) is ["epoch", "train_loss", "valid_loss", ..];

    private static string[] Fields(string line) => line.Split(line.Contains(',', StringComparison.Ordinal) ? ',' : ' ', StringSplitOptions.TrimEntries | (line.Contains(',', StringComparison.Ordinal) ? StringSplitOptions.None : StringSplitOptions.RemoveEmptyEntries));
}
