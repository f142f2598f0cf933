using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Balancing;
using Equipoise.Ledger;
using Equipoise.Models;
using Equipoise.Training;

namespace Equipoise.Runs;

/// <summary>Writes the run folder while training. Until the first epoch is complete it has a name of its own, and goes away if training does not get so far.</summary>
internal sealed class RunWriter(RunData data, RunOptions options, Monitor keep) : Callback, IDisposable
{
    private readonly bool _madeRoot = !Directory.Exists(options.Root);
    private string? _writing;
    private int _writtenSteps;
    private readonly BestEpoch _best = new(keep);
    private readonly (string Figure, BestEpoch Best)[] _each = [.. data.Config.Training.KeepEach.Select(f => (f, new BestEpoch(Monitor.Find(f, data.Config, data.Config.Training, "keep_each", new Catalogs.Problems())!)))];

    /// <summary>The folder; null until the first epoch is complete.</summary>
    public string? Folder { get; private set; }

    /// <summary>The epoch with the best figure so far, from 1.</summary>
    public int BestEpoch => _best.Epoch;

    public override void FitBegins(Trainer trainer, FitOptions fit)
    {
        try
        {
            string id = $"{SafeName(data.Config.Name)}-{options.Time.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
            string folder = Path.Combine(options.Root, id);
            for (int again = 2; Directory.Exists(folder) || Directory.Exists(Aside(folder)); again++) folder = Path.Combine(options.Root, $"{id}-{again}");
            _writing = Aside(folder);
            Directory.CreateDirectory(_writing);
            File.WriteAllText(In(RunFiles.Config), data.Config.Text);
            File.WriteAllText(In(RunFiles.Encoders), RunJson.Text(data.Encoders.ToJson()));
            ModelFile.WriteLayers(trainer.Model, In(RunFiles.Model));
            File.WriteAllText(In(RunFiles.Environment), RunJson.Text(Environment(trainer)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(fault);
        }
    }

    public override void EpochEnds(Trainer trainer, EpochEntry epoch)
    {
        try
        {
            using (var ledger = new StreamWriter(In(RunFiles.Ledger), append: true))
            {
                LedgerFile.AppendSteps(ledger, trainer.Ledger, _writtenSteps, trainer.Ledger.StepCount);
                LedgerFile.AppendEpoch(ledger, epoch);
            }
            _writtenSteps = trainer.Ledger.StepCount;
            if (!File.Exists(In(RunFiles.Epochs))) File.WriteAllText(In(RunFiles.Epochs), EpochTable.Header(epoch) + "\n");
            File.AppendAllText(In(RunFiles.Epochs), EpochTable.Line(epoch) + "\n");
            trainer.Model.SaveWeights(In(RunFiles.Last));
            if (data.Config.Balance.Method is not FixedWeights) StateFile.Write(In(RunFiles.Balancer), trainer.SaveBalancer());
            if (_best.Offer(epoch)) trainer.Model.SaveWeights(In(RunFiles.Best));
            foreach (var (figure, _) in _each.Where(e => e.Best.Offer(epoch))) trainer.Model.SaveWeights(In(RunFiles.BestBy(figure)));
            if (Folder is null) Settle();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(fault);
        }
    }

    /// <summary>Writes the figures of the best weights.</summary>
    public void WriteMetrics(RunResult result)
    {
        var parts = new JsonObject();
        foreach (var (part, evaluation) in result.Parts) parts[part] = RunJson.Evaluation(evaluation);
        var json = new JsonObject
        {
            ["equipoise"] = 1,
            ["epochs"] = result.History.Epochs.Count,
            ["best_epoch"] = BestEpoch,
            ["kept_by"] = data.Config.Training.Keep,
            ["stopped"] = result.History.StopReason,
            ["seconds"] = Math.Round(result.History.Epochs.Sum(e => e.Seconds), 3),
            ["parts"] = parts,
        };
        if (_each.Length > 0)
        {
            var each = new JsonObject();
            foreach (var (figure, best) in _each) each[figure] = new JsonObject { ["epoch"] = best.Epoch, ["value"] = RunJson.Number(best.Value), ["file"] = RunFiles.BestBy(figure) };
            json["best_each"] = each;
        }
        File.WriteAllText(In(RunFiles.Metrics), RunJson.Text(json));
    }

    /// <summary>Writes how well every label is predicted by the best weights, where there are sets or categories.</summary>
    public void WriteLabels(IReadOnlyList<LabelFigures> valid, IReadOnlyList<LabelFigures> test)
    {
        if (valid.Count + test.Count > 0) LabelTable.Write(In(RunFiles.Labels), [("valid", valid), ("test", test)]);
    }

    /// <summary>Takes away what is not whole.</summary>
    public void Dispose()
    {
        if (Folder is not null || _writing is null) return;
        if (Directory.Exists(_writing)) Directory.Delete(_writing, recursive: true);
        if (_madeRoot && Directory.Exists(options.Root) && !Directory.EnumerateFileSystemEntries(options.Root).Any()) Directory.Delete(options.Root);
    }

    private string Aside(string folder) => Path.Combine(options.Root, $".{Path.GetFileName(folder)}.writing");

    private string In(string file) => Path.Combine(Folder ?? _writing!, file);

    private void Settle()
    {
        string folder = Path.Combine(options.Root, Path.GetFileName(_writing!)[1..^".writing".Length]);
        Directory.Move(_writing!, folder);
        Folder = folder;
    }

    private JsonObject Environment(Trainer trainer)
    {
        var files = new JsonArray();
        foreach (var (file, print) in data.Files) files.Add((JsonNode)new JsonObject { ["file"] = file, ["sha256"] = print.Sha256, ["bytes"] = print.Bytes, ["rows"] = print.Rows, ["columns"] = print.Columns });
        return new JsonObject
        {
            ["equipoise"] = 1,
            ["version"] = Machine.Version,
            ["started"] = options.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["system"] = Machine.System,
            ["framework"] = Machine.Framework,
            ["processor"] = Machine.Processor,
            ["vectors"] = Machine.Vectors,
            ["cores"] = System.Environment.ProcessorCount,
            ["workers"] = trainer.Workers,
            ["seed"] = data.Config.Training.Seed,
            ["balance"] = BalancerCatalog.Catalog.Write(data.Config.Balance.Method).ToString(),
            ["config"] = data.Config.File is { } source ? Path.GetFullPath(source) : null,
            ["trained_numbers"] = trainer.Model.TrainableCount,
            ["rows"] = new JsonObject { ["train"] = data.Train.Rows, ["valid"] = data.Valid?.Rows ?? 0, ["test"] = data.Test?.Rows ?? 0 },
            ["data"] = files,
            ["notes"] = new JsonArray([.. data.Notes.Select(n => (JsonNode)n)]),
        };
    }

    private static string SafeName(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).Trim('.', '-') is { Length: > 0 } safe ? safe : "run";

    private RunException Unwritable(Exception fault) => new($"The run folder in '{options.Root}' cannot be written: {fault.Message} Choose another folder with --runs.", fault);
}
