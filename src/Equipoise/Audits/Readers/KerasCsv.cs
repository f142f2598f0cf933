namespace Equipoise.Audits.Readers;

/// <summary>What Keras' <c>CSVLogger</c> writes: <c>epoch,a_loss,b_loss,loss,val_a_loss,...</c>, and any other table with a column <c>epoch</c> or <c>loss</c>. Epochs are counted from 0 and told from 1.</summary>
internal sealed class KerasCsv : LogReader
{
    public override string Name => "keras_csv";

    public override string Summary => "CSV with a line an epoch, as Keras' CSVLogger writes";

    public override bool Recognises(LogSource source)
    {
        string[] header = CsvRows.Header(source);
        return header.Length > 1 && header.Any(h => h.Contains("loss", StringComparison.OrdinalIgnoreCase) || h.Contains("total", StringComparison.OrdinalIgnoreCase) || h == "epoch");
    }

    public override IReadOnlyList<LogTable> Read(LogSource source)
    {
        string[] header = CsvRows.Header(source);
        var draft = new LogDraft();
        bool fromZero = CsvRows.Rows(source).Select(r => CsvRows.Counter(header, r.Fields, "epoch")).FirstOrDefault(e => e >= 0, 1) == 0;
        foreach (var (line, fields) in CsvRows.Rows(source))
        {
            long epoch = CsvRows.Counter(header, fields, "epoch") + (fromZero ? 1 : 0);
            CsvRows.Add(draft, header, fields, line, Math.Max(0, epoch), 0, (line, 0), name => name is "epoch" or "" ? null : PartNames.Split(name));
        }
        return draft.Tables();
    }
}
