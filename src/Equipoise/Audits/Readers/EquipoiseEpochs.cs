namespace Equipoise.Audits.Readers;

/// <summary>Our own <c>epochs.csv</c>: <c>train:total</c>, <c>train:OUTPUT.loss</c>, <c>train:OUTPUT.weight</c>, penalties, metrics, and the same with <c>valid:</c>.</summary>
internal sealed class EquipoiseEpochs : LogReader
{
    public override string Name => "equipoise_epochs";

    public override string Summary => "epochs.csv of an Equipoise run";

    public override bool Recognises(LogSource source) => CsvRows.Header(source).Contains("train:total");

    public override IReadOnlyList<LogTable> Read(LogSource source)
    {
        string[] header = CsvRows.Header(source);
        var draft = new LogDraft();
        foreach (var (line, fields) in CsvRows.Rows(source))
            CsvRows.Add(draft, header, fields, line, CsvRows.Counter(header, fields, "epoch"), 0, (line, 0), name => name.Contains(':', StringComparison.Ordinal) ? PartNames.Split(name) : null);
        // Penalties are called by layer and kind ('dense l2 of kernel'); metrics and weights have a point and no blank.
        return [.. draft.Tables().Select(t => t with { Total = "total", Terms = [.. t.Columns.Where(c => c.EndsWith(".loss", StringComparison.Ordinal) || c.Contains(' ', StringComparison.Ordinal))] })];
    }
}
