using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>Fills in what a config leaves to the data: types of inputs and outputs, and the inputs themselves. Checks that the columns are there.</summary>
internal static class TypeResolution
{
    /// <summary>The config with every type known. Mistakes go to <paramref name="problems"/>, each choice with its reason to <paramref name="notes"/>.</summary>
    public static Config Resolve(Config config, Table table, Problems problems, ICollection<string> notes) => Resolve(config, TableFacts.Of(table), problems, notes);

    /// <summary>The same, from what is known about the table.</summary>
    public static Config Resolve(Config config, TableFacts table, Problems problems, ICollection<string> notes)
    {
        CheckData(config, table, problems);
        OutputConfig[] outputs = [.. config.Outputs.Select(o => ResolveOutput(o, table, problems, notes))];
        config = config with { Outputs = outputs };
        JointLossConfig.CheckTypes(config, problems);
        InputConfig[] inputs = [.. (config.Inputs ?? FindInputs(config, table, notes)).Select(i => ResolveInput(i, table, problems, notes))];
        foreach (var (name, sharing) in inputs.Where(i => i.Encoder is not null).GroupBy(i => i.Encoder!).Select(g => (g.Key, g.ToArray())))
        {
            foreach (var other in sharing.Skip(1).Where(o => !Equals(o.Encoding, sharing[0].Encoding)))
                other.Report(problems, "encoder", $"Inputs '{sharing[0].Name}' and '{other.Name}' share the encoder '{name}', so they must be encoded alike, but their types or settings differ. Write the same ones in both.");
        }
        if (inputs.Length == 0 && !problems.Any) config.Report(problems, "inputs", "No column is left that could be an input. Name the inputs.");
        return config with { Inputs = inputs };
    }

    private static void CheckData(Config config, TableFacts table, Problems problems)
    {
        var split = config.Data.Split;
        if (split.Column is { } column) CheckColumn(split, "column", column, table, problems);
        if (split.Stratify is { } stratify) CheckColumn(split, "stratify", stratify, table, problems);
        if (config.Data.Weights is { } weights) CheckColumn(config.Data, "weights", weights, table, problems);
    }

    private static bool CheckColumn(ConfigPart part, string key, string column, TableFacts table, Problems problems)
    {
        if (table.Has(column)) return true;
        part.Report(problems, key, $"There is no column '{column}' in {table.Source}. {Suggestion.Advice(column, table.Names)}");
        return false;
    }

    private static OutputConfig ResolveOutput(OutputConfig output, TableFacts table, Problems problems, ICollection<string> notes)
    {
        if (!CheckColumn(output, output.Says("column") ? "column" : "name", output.LabelColumn, table, problems)) return output;
        if (output.Type is null)
        {
            var kind = table.KindOf(output.LabelColumn);
            if (kind.IsConstant)
            {
                output.Report(problems, "name", $"Column '{output.LabelColumn}' cannot be learned: {kind.Reason}. Remove the output.");
                return output;
            }
            if (UsualParts.OutputType(kind.Kind) is not { } type)
            {
                output.Report(problems, "name", $"Column '{output.LabelColumn}' looks like free text ({kind.Reason}), which cannot be predicted. Declare a 'type' if it is a category or a set.");
                return output;
            }
            notes.Add($"output '{output.Name}': {type}, since {kind.Reason}");
            output = output with { Type = type, Encoding = EncodingKeys.ReadOutput(output, type, problems) };
            if (output.Encoding is SetTargetEncoding set && !output.Says("separator")) output = output with { Encoding = set with { Separator = kind.Separator } };
            LossFit.Check(output, problems);
        }
        if (output.Loss is null)
        {
            output = output with { Loss = LossFit.Default(output.Type) };
            notes.Add($"output '{output.Name}': loss {LossFit.NameOf(output.Loss)}, since {LossFit.Reason(output.Type)}");
        }
        if (output.Encoding is NumberTargetEncoding { Transform: TargetTransform.None } number && !output.Says("transform") && output.Loss.SeesErrorsOnly)
        {
            notes.Add($"output '{output.Name}': its target is standardised for the loss, and brought back to its unit in predictions and metrics; write 'transform: none' to leave it");
            output = output with { Encoding = number with { Transform = TargetTransform.Standardise } };
        }
        if (output.Encoding is SetTargetEncoding { Mask.Length: > 0 } masked) CheckColumn(output, "mask", masked.Mask, table, problems);
        if (output.Metrics is null) output = output with { Metrics = UsualParts.Metrics(output.Type, output.Loss) };
        MetricFit.Check(output, problems);
        foreach (string column in output.Metrics.SelectMany(m => m.Columns).Distinct()) CheckColumn(output, "metrics", column, table, problems);
        return output;
    }

    private static InputConfig ResolveInput(InputConfig input, TableFacts table, Problems problems, ICollection<string> notes)
    {
        if (input.Type == InputConfig.ImageType)
        {
            foreach (string column in input.Columns) CheckColumn(input, input.Says("column") ? "column" : "columns", column, table, problems);
            return input;
        }
        string[] columns = input.Columns.Count > 0 ? [.. input.Columns] : [input.Name];
        bool there = true;
        foreach (string column in columns) there &= CheckColumn(input, input.Says("column") ? "column" : input.Says("columns") ? "columns" : "name", column, table, problems);
        if (!there) return input;
        input = input with { Columns = columns };
        if (input.Type is not null) return input;
        var kinds = columns.Select(table.KindOf).ToArray();
        var kind = kinds.FirstOrDefault(k => k.Kind == ColumnKind.Text) ?? kinds[0];
        string type = UsualParts.InputType(kind.Kind);
        if (type == "text" && !input.Says("tokens") && table.WordsOf(columns) >= 3) type = "bag";
        if (columns.Length > 1 && type is not ("number" or "text" or "bag"))
        {
            input.Report(problems, "columns", $"An input of type {type} reads one column, but {columns.Length} are named. Make an input of each, or declare a 'type'.");
            return input;
        }
        var encoding = EncodingKeys.ReadInput(input, type, problems);
        if (encoding is SetEncoding set && !input.Says("separator")) encoding = set with { Separator = kind.Separator };
        if (encoding is TextEncoding text && !input.Says("tokens")) encoding = text with { Tokens = TextTokens.Characters };
        notes.Add($"input '{input.Name}': {type}, since {kind.Reason}");
        return input with { Type = type, Encoding = encoding };
    }

    // Every column that nothing else uses, but those with one value or one number a row.
    private static IEnumerable<InputConfig> FindInputs(Config config, TableFacts table, ICollection<string> notes)
    {
        var used = config.Outputs.Select(o => o.LabelColumn).ToHashSet(StringComparer.Ordinal);
        foreach (var set in config.Outputs.Select(o => o.Encoding).OfType<SetTargetEncoding>()) used.Add(set.Mask);
        if (config.Data.Split.Column is { } split) used.Add(split);
        if (config.Data.Weights is { } weights) used.Add(weights);
        var inputs = new List<InputConfig>();
        foreach (string column in table.Names.Where(c => !used.Contains(c)))
        {
            var kind = table.KindOf(column);
            if (kind.IsConstant || kind.IsIdentifier || kind.IsSplit) notes.Add($"column '{column}' is left out: {kind.Reason}");
            else inputs.Add(new InputConfig { Name = column, Columns = [column] });
        }
        return inputs;
    }
}
