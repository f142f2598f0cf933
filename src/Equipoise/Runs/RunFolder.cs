using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Ledger;
using Equipoise.Losses;
using Equipoise.Models;
using Equipoise.Training;

namespace Equipoise.Runs;

/// <summary>A run that was trained: its config, encoders and model, ready to evaluate and predict.</summary>
public sealed class RunFolder
{
    private RunFolder(string path, Config config, RunEncoders encoders, Model model)
    {
        Path = path;
        Config = config;
        Encoders = encoders;
        Model = model;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Its config, with every type, loss and metric filled in.</summary>
    public Config Config { get; }

    /// <summary>What encodes tables for the model.</summary>
    public RunEncoders Encoders { get; }

    /// <summary>The model with the weights that were asked for.</summary>
    public Model Model { get; }

    /// <summary>Reads a run folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="weights">Which weights: <see cref="RunFiles.Best"/>, <see cref="RunFiles.Last"/> or <see cref="RunFiles.BestBy"/>.</param>
    /// <exception cref="RunException">It is no run folder, or a file of it is missing or damaged.</exception>
    public static RunFolder Load(string path, string weights = RunFiles.Best)
    {
        RequireFolder(path);
        if (!File.Exists(In(path, weights)) && weights is not (RunFiles.Best or RunFiles.Last))
        {
            string[] there = [.. Directory.EnumerateFiles(path, "*.safetensors").Select(f => System.IO.Path.GetFileName(f)!).Where(f => f != RunFiles.Balancer).Order()];
            throw new RunException($"{path}: there are no weights '{weights}'. {Catalogs.Suggestion.Advice(weights, there)} Figures named in 'keep_each' have weights of their own.");
        }
        try
        {
            var encoders = RunEncoders.Read(JsonNode.Parse(File.ReadAllText(In(path, RunFiles.Encoders)))!.AsObject());
            var model = ModelFile.ReadLayers(In(path, RunFiles.Model));
            model.LoadWeights(In(path, weights));
            return new RunFolder(path, Complete(ReadConfig(path), encoders), encoders, model);
        }
        catch (Exception fault) when (fault is JsonException or NullReferenceException or InvalidOperationException or FormatException or IOException)
        {
            throw new RunException($"{path}: the run folder is damaged: {fault.Message}", fault);
        }
    }

    /// <summary>The account of a run, line by line: what each accounts for (<c>step</c>, <c>epoch</c>, <c>validation</c>) and the entry.</summary>
    /// <exception cref="RunException">It is no run folder, or its ledger is damaged.</exception>
    public static IReadOnlyList<(string Part, LedgerEntry Entry)> ReadLedger(string path)
    {
        RequireFolder(path);
        try
        {
            using var reader = new StreamReader(In(path, RunFiles.Ledger));
            return [.. LedgerFile.Read(reader)];
        }
        catch (Exception fault) when (fault is IOException or FormatException)
        {
            throw new RunException($"{In(path, RunFiles.Ledger)}: {fault.Message}", fault);
        }
    }

    /// <summary>Reads and encodes a part of the data that the run was trained with.</summary>
    /// <param name="part"><c>train</c> (without extra rows), <c>valid</c> or <c>test</c>.</param>
    /// <param name="warnings">Gets oddities that are no mistakes.</param>
    public Dataset ReadPart(string part, ICollection<string>? warnings = null)
    {
        var table = RunData.ReadTable(Config, Config.Data.Source);
        var split = RunData.Part(Config.Data.Split, table);
        int[] rows = part switch { "train" => split.Train, "valid" => split.Valid, _ => split.Test };
        if (rows.Length == 0) throw new DataException($"{table.Source}: the {part} part has no rows.");
        Encoders.OpenImages(Config.Folder);
        return Encoders.Encode(table.Select(rows), rows, table.Rows, warnings: warnings);
    }

    /// <summary>Reads a table as the run's config says: its separator, its texts for missing values.</summary>
    /// <param name="file">A file; not relative to the config.</param>
    public Table ReadTable(string file) => RunData.ReadTable(Config, System.IO.Path.GetFullPath(file));

    /// <summary>Encodes a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="labels">Whether labels must be there.</param>
    /// <param name="warnings">Gets oddities that are no mistakes.</param>
    public Dataset Encode(Table table, bool labels, ICollection<string>? warnings = null)
    {
        Encoders.OpenImages(Config.Folder);
        return Encoders.Encode(table, labels, warnings);
    }

    /// <summary>Losses and metrics on a data set.</summary>
    public EvaluationResult Evaluate(Dataset data)
    {
        using var trainer = Model.Compile(RunModel.Options(Config, Encoders, evaluation: true));
        return trainer.Evaluate(data);
    }

    /// <summary>Losses and metrics on a data set, and how well every label of the sets and categories is predicted, from the same predictions.</summary>
    public (EvaluationResult Result, IReadOnlyList<LabelFigures> Labels) EvaluateWithLabels(Dataset data)
    {
        using var trainer = Model.Compile(RunModel.Options(Config, Encoders, evaluation: true));
        return LabelTable.Evaluate(trainer, Config, Encoders, data);
    }

    /// <summary>How well every label of the sets and categories is predicted on a data set.</summary>
    public IReadOnlyList<LabelFigures> EvaluateLabels(Dataset data) => LabelTable.Of(Config, Encoders, Model.Predict(data), data);

    /// <summary>Predictions for the rows of a data set, in words and units.</summary>
    /// <param name="data">The data set; labels are not read.</param>
    /// <param name="probabilities">Whether the probability of every class and label is given too.</param>
    public PredictionTable Predict(Dataset data, bool probabilities = false) => PredictionTable.Of(Config, Encoders, Model.Predict(data), data.Rows, probabilities);

    /// <summary>Whether a folder holds a run.</summary>
    public static bool IsRun(string path) => File.Exists(In(path, RunFiles.Config)) && File.Exists(In(path, RunFiles.Ledger));

    private static void RequireFolder(string path)
    {
        if (IsRun(path)) return;
        if (!Directory.Exists(path))
        {
            string parent = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? ".";
            string[] others = Directory.Exists(parent) ? [.. Directory.EnumerateDirectories(parent).Where(IsRun).Select(d => System.IO.Path.GetFileName(d))] : [];
            string hint = Catalogs.Suggestion.Nearest(System.IO.Path.GetFileName(path), others) is { } near ? $" Did you mean '{near}'?" : " 'equipoise runs' lists those that there are.";
            throw new RunException($"{path}: there is no such run folder.{hint}");
        }
        throw new RunException($"{path}: this is no run folder: {(File.Exists(In(path, RunFiles.Config)) ? RunFiles.Ledger : RunFiles.Config)} is missing in it. 'equipoise runs' lists the runs.");
    }

    private static Config ReadConfig(string path)
    {
        string text = File.ReadAllText(In(path, RunFiles.Config));
        string? file = (string?)JsonNode.Parse(File.ReadAllText(In(path, RunFiles.Environment)))?["config"];
        return Config.Read(text, file ?? In(path, RunFiles.Config));
    }

    // What the config left to the data is known from the encoders.
    private static Config Complete(Config config, RunEncoders encoders)
    {
        OutputConfig[] outputs = [.. config.Outputs.Select(o =>
        {
            string type = o.Type ?? encoders.Columns.Targets[o.Name].Kind;
            return o with { Type = type, Loss = o.Loss ?? LossFit.Default(type), Metrics = o.Metrics ?? UsualParts.Metrics(type, o.Loss) };
        })];
        var inputs = config.Inputs ?? [.. encoders.Columns.Inputs.Select(i => new InputConfig { Name = i.Key, Columns = i.Value.Columns, Type = i.Value.Kind })];
        return config with { Outputs = outputs, Inputs = inputs };
    }

    private static string In(string path, string file) => System.IO.Path.Combine(path, file);
}
