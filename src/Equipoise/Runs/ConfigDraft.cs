using System.Globalization;
using System.Text;
using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Losses;

namespace Equipoise.Runs;

/// <summary>Writes a first config for a data file, with the reason for every type, loss and weight.</summary>
/// <remarks>
/// A weight is 1 over the loss of the best guess that knows nothing but the frequencies of the labels, so that every output begins with about the same share:
/// 1 for a standardised number, the entropy of its classes for a category or binary, the mean entropy of its labels for a set.
/// </remarks>
public static class ConfigDraft
{
    /// <summary>The text of a config.</summary>
    /// <param name="table">The data.</param>
    /// <param name="source">How the config names the file.</param>
    /// <param name="targets">The columns to predict.</param>
    /// <exception cref="ConfigException">A column is not there, or cannot be predicted.</exception>
    public static string Write(Table table, string source, IReadOnlyList<string> targets)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(targets);
        var problems = new Problems();
        foreach (string target in targets.Where(t => !table.Has(t))) problems.Add(default, "", $"There is no column '{target}' in {table.Source}. {Suggestion.Advice(target, table.Names)}");
        foreach (var twice in targets.GroupBy(t => t).Where(g => g.Count() > 1)) problems.Add(default, "", $"The target '{twice.Key}' is named {twice.Count()} times.");
        if (problems.Any) throw new ConfigException("init", "", problems.All);
        var kinds = table.Names.ToDictionary(n => n, n => KindInference.Infer(table, n));
        string? split = table.Names.FirstOrDefault(n => kinds[n].IsSplit && !targets.Contains(n));
        var config = TypeResolution.Resolve(new Config
        {
            Data = new DataConfig { Source = source, Split = new SplitConfig { Column = split } },
            Outputs = [.. targets.Select(t => new OutputConfig { Name = t })],
        }, table, problems, []);
        if (problems.Any) throw new ConfigException("init", "", problems.All);

        var text = new StringBuilder();
        Line(text, $"# A first config for {table.Source} ({table.Rows.ToString("N0", CultureInfo.InvariantCulture)} rows, {table.Names.Count} columns), made by 'equipoise init'. Every line may be changed.");
        Line(text, $"# 'equipoise catalog' lists all losses, metrics, layers and keys; 'equipoise train FILE' trains.");
        WriteData(text, config, kinds, split);
        WriteInputs(text, config, kinds, table);
        Line(text, "");
        Line(text, "# What all outputs share.");
        Line(text, $"trunk: {UsualParts.Trunk}");
        WriteOutputs(text, config, kinds, table);
        Line(text, "");
        Line(text, "training:");
        Line(text, "  optimizer: {adam: {learning_rate: 0.001}}");
        Line(text, "  epochs: 10");
        Line(text, $"  batch: {(table.Rows < 2000 ? 16 : table.Rows < 20000 ? 32 : 128)}");
        Line(text, "  seed: 1                # same seed, same result, for any number of threads");
        Line(text, "  early_stopping: {patience: 3}");
        return text.ToString();
    }

    private static void WriteData(StringBuilder text, Config config, Dictionary<string, InferredKind> kinds, string? split)
    {
        Line(text, "");
        Line(text, "data:");
        Line(text, $"  source: {Scalar(config.Data.Source)}");
        if (split is not null)
        {
            Line(text, $"  split: {Scalar(split)}    # {kinds[split].Reason}");
            return;
        }
        var stratify = config.Outputs.FirstOrDefault(o => o.Type is "category" or "binary");
        Line(text, $"  split: {{train: 0.8, valid: 0.1, test: 0.1, seed: 1{(stratify is null ? "" : $", stratify: {Scalar(stratify.LabelColumn)}")}}}    # no column names the parts, so they are drawn by chance");
    }

    private static void WriteInputs(StringBuilder text, Config config, Dictionary<string, InferredKind> kinds, Table table)
    {
        Line(text, "");
        Line(text, "inputs:");
        foreach (var input in config.Inputs!)
        {
            Line(text, $"  # {kinds[input.Name].Reason}");
            string settings = input.Encoding switch
            {
                TextEncoding { Tokens: TextTokens.Characters } => ", tokens: characters",
                SetEncoding { Separator: not " " } set => $", separator: {Quoted(set.Separator)}",
                _ => "",
            };
            string layers = input.Encoding switch
            {
                TextEncoding { Tokens: var tokens } => UsualParts.InputLayerText(InputForm.Indices, "text", 2, tokens == TextTokens.Words),
                BagEncoding => UsualParts.InputLayerText(InputForm.Bag, "bag", 0, true),
                _ => "[]",
            };
            Line(text, $"  - {{ name: {Scalar(input.Name)}, type: {input.Type}{settings}{(layers == "[]" ? "" : $", layers: {layers}")} }}");
        }
        foreach (string column in table.Names.Where(n => kinds[n].IsConstant || kinds[n].IsIdentifier)) Line(text, $"  # left out: {Scalar(column)}, {kinds[column].Reason}");
    }

    private static void WriteOutputs(StringBuilder text, Config config, Dictionary<string, InferredKind> kinds, Table table)
    {
        Line(text, "");
        Line(text, "# Weights: 1 over the loss of a guess that knows only how frequent each label is, so that every output begins with about the same share.");
        Line(text, "outputs:");
        foreach (var output in config.Outputs)
        {
            var (guess, how) = Guess(output, output.Encoding!.Fit(table, output.LabelColumn), table);
            Line(text, $"  # {kinds[output.LabelColumn].Reason}");
            Line(text, $"  - name: {Scalar(output.Name)}");
            Line(text, $"    type: {output.Type}");
            if (output.Encoding is SetTargetEncoding { Separator: not " " } set) Line(text, $"    separator: {Quoted(set.Separator)}");
            if (output.Encoding is NumberTargetEncoding { Transform: TargetTransform.Standardise }) Line(text, "    transform: standardise    # undone in predictions and metrics");
            Line(text, $"    loss: {LossFit.NameOf(output.Loss!)}    # {LossFit.Reason(output.Type!)}");
            string weight = Math.Clamp(1 / guess, 0.01, 100).ToString("G2", CultureInfo.InvariantCulture);
            Line(text, $"    weight: {weight}    # {how} costs {guess.ToString("G3", CultureInfo.InvariantCulture)}");
            Line(text, $"    metrics: {UsualParts.MetricText(output.Type!)}");
        }
    }

    private static (double Loss, string How) Guess(OutputConfig output, TargetEncoder target, Table table)
    {
        double rows = table.Rows - table[output.LabelColumn].Missing;
        switch (target)
        {
            case NumberTargetEncoder:
                return (1, "the mean as a guess");
            case SetTargetEncoder:
                double mean = target.Counts.Average(c => Entropy(c / Math.Max(1.0, table.Rows)) + Entropy(1 - (c / Math.Max(1.0, table.Rows))));
                return (Math.Max(mean, 0.01), $"guessing each of {target.Labels.Count} labels by its frequency");
            default:
                return (Math.Max(target.Counts.Sum(c => Entropy(c / Math.Max(1, rows))), 0.01), $"guessing {target.Counts.Count} classes by their frequency");
        }
    }

    private static double Entropy(double p) => p <= 0 ? 0 : -p * Math.Log(p);

    private static string Scalar(string text)
        => text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '/') && !char.IsDigit(text[0]) && text[0] is not ('-' or '.') && text is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off")
            ? text : Quoted(text);

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}\"";

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
