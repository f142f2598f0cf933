using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Runs;

namespace Equipoise.Advice;

/// <summary>Advice about a config: what the training labels say about its losses, metrics and weights, with the changed lines.</summary>
/// <remarks>
/// Each finding has the changes that carry it out, as edits of the text. All of them together make <see cref="AdviceReport.Changed"/>: the rules look at the changed config again, and what follows (a weight that another
/// loss makes wrong) is changed too, until no rule proposes anything. A change with which the config would not load is not proposed.
/// Mistakes that would end training are told as training does, but for those that a rule can mend: a softmax on a set of labels.
/// </remarks>
public sealed class ConfigAdvice
{
    private const int MostRounds = 10;
    private readonly string _file;
    private readonly Dictionary<string, Table> _tables = new(StringComparer.Ordinal);

    private ConfigAdvice(string file) => _file = file;

    /// <summary>Looks at a config and its data.</summary>
    /// <exception cref="ConfigException">The config has mistakes that no rule mends.</exception>
    /// <exception cref="DataException">The data cannot be read.</exception>
    public static AdviceReport Of(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var advice = new ConfigAdvice(file);
        string text = File.Exists(file) ? File.ReadAllText(file) : Config.Load(file).Text; // which tells what is wrong
        var (about, part) = advice.Look(text);
        var findings = advice.Findings(about, text);
        var following = new List<Finding>();
        string changed = text;
        var pending = findings;
        for (int round = 0; round < MostRounds; round++)
        {
            string next = advice.Apply(changed, pending);
            if (next == changed) break;
            changed = next;
            pending = advice.Findings(advice.Look(changed).About, changed);
            following.AddRange(pending.Where(p => p.Edits.Count > 0 && !findings.Concat(following).Any(f => f.Rule == p.Rule && f.Output == p.Output)));
        }
        return new AdviceReport(Path.GetFileName(file), part, about.Outputs, findings) { Text = text, Changed = changed, Following = following };
    }

    /// <summary>Writes the changed config over the old one, after it was read with all its data and its network made.</summary>
    /// <exception cref="ConfigException">The changed config cannot be trained; nothing is written.</exception>
    public static void Write(string file, AdviceReport report)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(report);
        if (report.Changed is null || report.Changed == report.Text) return;
        try
        {
            var data = RunData.Read(Config.Read(report.Changed, file));
            RunModel.Build(data.Config, data.Encoders, []);
        }
        catch (EquipoiseException fault)
        {
            throw new ConfigException($"{file}: nothing was written, since the config with these changes could not be trained:{Environment.NewLine}{fault.Message}");
        }
        string beside = $"{file}.{Environment.ProcessId}.new";
        File.WriteAllText(beside, report.Changed);
        File.Move(beside, file, overwrite: true);
    }

    private List<Finding> Findings(AdviceCase about, string text)
    {
        var all = new List<Finding>();
        foreach (var finding in AdviceRuleCatalog.Catalog.Entries.SelectMany(e => e.Default.Check(about)))
        {
            string? changed = finding.Edits.Count == 0 ? null : AdviceEditor.Apply(text, finding.Edits);
            all.Add(changed is not null && Loads(changed) ? finding with { Diff = LineDiff.Of(text, changed) } : finding with { Edits = [] });
        }
        return [.. all.OrderByDescending(f => f.Severity).ThenBy(f => f.Place.Line)];
    }

    // Findings that would change one key twice wait for the next round.
    private string Apply(string text, List<Finding> findings)
    {
        var touched = new Dictionary<(string, string), bool>();
        foreach (var finding in findings.Where(f => f.Edits.Count > 0))
        {
            var keys = finding.Edits.Select(e => ((e.Part, e.Key), Adds: e.Kind == EditKind.AddItem)).ToArray();
            if (keys.Any(k => touched.TryGetValue(k.Item1, out bool added) && !(added && k.Adds))) continue;
            if (AdviceEditor.Apply(text, finding.Edits) is not { } changed || !Loads(changed)) continue;
            text = changed;
            foreach (var (key, adds) in keys) touched[key] = adds;
        }
        return text;
    }

    private bool Loads(string text)
    {
        try
        {
            Resolve(text);
            return true;
        }
        catch (EquipoiseException)
        {
            return false;
        }
    }

    private (Config Config, Table Table) Resolve(string text)
    {
        var problems = new Problems();
        var config = Config.ReadWhatIsThere(null, text, _file, problems);
        var softmax = config.Outputs.Where(SoftmaxOnSetRule.IsWrong).ToArray();
        ThrowUnmended(config, problems, softmax);
        if (config.Name.Length == 0) config = config with { Name = "advise" };
        var table = TableOf(config, config.Data.Source);
        problems = new Problems();
        config = TypeResolution.Resolve(config, table, problems, []);
        softmax = [.. config.Outputs.Where(SoftmaxOnSetRule.IsWrong)];
        ThrowUnmended(config, problems, softmax);
        problems = new Problems();
        RunCallbacks.Check(config, problems);
        ThrowUnmended(config, problems, softmax);
        return (config, table);
    }

    // A softmax on a set is a mistake that training refuses and a rule mends, with the metrics that go with it.
    private static void ThrowUnmended(Config config, Problems problems, OutputConfig[] mended)
    {
        var left = new Problems();
        foreach (var problem in problems.All.Where(p => !mended.Any(o => p.Mark == o.MarkOf("loss") || p.Mark == o.MarkOf("metrics")))) left.Add(problem.Mark, problem.Path, problem.Message);
        if (left.Any) throw config.Fault(left);
    }

    private (AdviceCase About, string Part) Look(string text)
    {
        var (config, table) = Resolve(text);
        var split = RunData.Part(config.Data.Split, table);
        var train = table.Select(split.Train);
        if (config.Data.Extra.Count > 0) train = RunSource.WithExtra(train, [.. config.Data.Extra.Select(e => TableOf(config, e))]);
        var outputs = new List<OutputAdvice>();
        foreach (var output in config.Outputs)
        {
            var encoder = output.Encoding!.Fit(train, output.LabelColumn);
            string reason = output.Says("type") ? "" : KindInference.Infer(table, output.LabelColumn).Reason;
            outputs.Add(OutputAdvice.Of(output.Name, output.Type!, reason, encoder, train) with { Config = output, GuessLoss = GuessLoss.Of(output, encoder, train) });
        }
        string how = config.Data.Split.Column is { } column ? $"by column '{column}'" : "drawn by chance";
        return (new AdviceCase(config, train, outputs) { All = table }, $"{DataAdvice.Count(train.Rows)} training rows of {DataAdvice.Count(table.Rows)}, {how}");
    }

    private Table TableOf(Config config, string source)
    {
        string key = $"{source}\n{config.Data.Separator}\n{string.Join('\n', config.Data.Missing)}";
        return _tables.TryGetValue(key, out var table) ? table : _tables[key] = RunData.ReadTable(config, source);
    }
}
