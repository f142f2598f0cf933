using Equipoise.Ledger;

namespace Equipoise.Audits.Readers;

/// <summary>Our own ledger: a run folder, or its <c>ledger.jsonl</c>. Parts are the raw losses and the penalties; steps are the part <c>train_steps</c>, epochs <c>train</c>.</summary>
internal sealed class EquipoiseLedger : LogReader
{
    private const string FileName = "ledger.jsonl";

    public override string Name => "equipoise_ledger";

    public override string Summary => "a run folder of Equipoise, or its ledger.jsonl";

    public override bool Recognises(LogSource source)
        => source.IsFolder ? File.Exists(Path.Combine(source.Path, FileName))
            : source.Lines.Count > 0 && source.Lines[0].Text.StartsWith("{\"part\":", StringComparison.Ordinal) && source.Lines[0].Text.Contains("\"outputs\":", StringComparison.Ordinal);

    public override IReadOnlyList<LogTable> Read(LogSource source)
    {
        string path = source.IsFolder ? Path.Combine(source.Path, FileName) : source.Path;
        var draft = new LogDraft();
        var terms = new List<string>();
        int line = 0;
        try
        {
            using var reader = new StreamReader(path);
            foreach (var (part, entry) in LedgerFile.Read(reader))
            {
                line++;
                string name = part switch { "step" => "train_steps", "epoch" => "train", _ => "valid" };
                void Add(string column, double value) => draft.Add(name, (line, 0), line, entry.Epoch, part == "step" ? entry.Step : 0, column, PrintedNumber.Binary(value));
                Add("total", entry.Total);
                foreach (var term in entry.Outputs) Add(Term(term.Output), term.RawLoss);
                foreach (var penalty in entry.Penalties) Add(Term($"{penalty.Layer}: {penalty.Kind}"), penalty.Value);
            }
        }
        catch (FormatException problem)
        {
            throw new AuditException($"{path}, {problem.Message}", problem);
        }
        return [.. draft.Tables().Select(t => t with { Total = "total", Terms = terms })];

        string Term(string column)
        {
            if (!terms.Contains(column)) terms.Add(column);
            return column;
        }
    }
}
