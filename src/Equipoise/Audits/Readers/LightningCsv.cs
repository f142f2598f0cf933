namespace Equipoise.Audits.Readers;

/// <summary>What Lightning's <c>CSVLogger</c> writes (<c>metrics.csv</c>): columns <c>step</c> and <c>epoch</c>, and figures of training and validation in lines of their own, with gaps.</summary>
/// <remarks>Lines of one step are put together. Figures that end in <c>_step</c> make the part <c>train_steps</c>, those in <c>_epoch</c> belong to the epochs.</remarks>
internal sealed class LightningCsv : LogReader
{
    public override string Name => "lightning_csv";

    public override string Summary => "metrics.csv of Lightning";

    public override bool Recognises(LogSource source)
    {
        if (source.IsFolder) return File.Exists(Path.Combine(source.Path, "metrics.csv"));
        string[] header = CsvRows.Header(source);
        return header.Contains("step") && header.Contains("epoch");
    }

    public override IReadOnlyList<LogTable> Read(LogSource source)
    {
        if (source.IsFolder) source = new LogSource(Path.Combine(source.Path, "metrics.csv"));
        string[] header = CsvRows.Header(source);
        var draft = new LogDraft();
        foreach (var (line, fields) in CsvRows.Rows(source))
        {
            long epoch = CsvRows.Counter(header, fields, "epoch"), step = CsvRows.Counter(header, fields, "step");
            CsvRows.Add(draft, header, fields, line, epoch + 1, step + 1, (epoch, step), Place);
        }
        return draft.Tables();
    }

    private static (string? Part, string Name)? Place(string column)
    {
        if (column is "step" or "epoch" or "") return null;
        var (part, name) = PartNames.Split(column);
        if (name.EndsWith("_step", StringComparison.Ordinal)) return ($"{part ?? "train"}_steps", name[..^5]);
        return (part, name.EndsWith("_epoch", StringComparison.Ordinal) ? name[..^6] : name);
    }
}
