using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>Turns a table into a data set: all encoders of a run, fitted on its training part and saved with it.</summary>
public sealed class DatasetEncoder
{
    private readonly Dictionary<string, InputEncoder> _inputs;
    private readonly Dictionary<string, TargetEncoder> _targets;
    private readonly Dictionary<string, string> _targetWeights;

    private DatasetEncoder(Dictionary<string, InputEncoder> inputs, Dictionary<string, TargetEncoder> targets, Dictionary<string, string> targetWeights, string? rowWeights)
    {
        _inputs = inputs;
        _targets = targets;
        _targetWeights = targetWeights;
        RowWeights = rowWeights;
    }

    /// <summary>The encoders of the inputs, by name of input.</summary>
    public IReadOnlyDictionary<string, InputEncoder> Inputs => _inputs;

    /// <summary>The encoders of the labels, by name of output.</summary>
    public IReadOnlyDictionary<string, TargetEncoder> Targets => _targets;

    /// <summary>The column of weights that count in every output, or null.</summary>
    public string? RowWeights { get; }

    /// <summary>The columns of weights.</summary>
    internal IEnumerable<string> WeightColumns => RowWeights is null ? _targetWeights.Values : _targetWeights.Values.Append(RowWeights);

    /// <summary>Fits every encoder on the training rows. The mistakes of all columns are told at once.</summary>
    /// <exception cref="DataException">Columns are missing or cannot be read.</exception>
    public static DatasetEncoder Fit(Table train, IReadOnlyList<DatasetInput> inputs, IReadOnlyList<DatasetTarget> targets, string? rowWeights = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (train.Rows == 0) throw new DataException($"{train.Source}: there is no row to learn from.");
        var mistakes = new Mistakes();
        var fittedInputs = new Dictionary<string, InputEncoder>(StringComparer.Ordinal);
        var fittedTargets = new Dictionary<string, TargetEncoder>(StringComparer.Ordinal);
        var targetWeights = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var input in inputs)
            Try(mistakes, () =>
            {
                if (!fittedInputs.TryAdd(input.Name, input.Encoding.Fit(train, input.Columns))) throw new DataException($"Two inputs are called '{input.Name}'. Rename one.");
            });
        foreach (var target in targets)
        {
            Try(mistakes, () =>
            {
                if (!fittedTargets.TryAdd(target.Name, target.Encoding.Fit(train, target.Column))) throw new DataException($"Two outputs are called '{target.Name}'. Rename one.");
            });
            if (target.Weights is not { } weights) continue;
            Try(mistakes, () => ReadWeights(train[weights]));
            targetWeights[target.Name] = weights;
        }
        if (rowWeights is not null) Try(mistakes, () => ReadWeights(train[rowWeights]));
        mistakes.ThrowIfAny();
        return new DatasetEncoder(fittedInputs, fittedTargets, targetWeights, rowWeights);
    }

    /// <summary>
    /// Encodes a table. For prediction set <paramref name="labels"/> to false: then labels are encoded only of the outputs whose column is there, and weights are left out.
    /// Oddities that are no mistakes are added to <paramref name="warnings"/>.
    /// </summary>
    /// <exception cref="DataException">Columns are missing or cannot be read; the mistakes of all columns are told at once.</exception>
    public Dataset Encode(Table table, ICollection<string>? warnings = null, bool labels = true)
    {
        ArgumentNullException.ThrowIfNull(table);
        var mistakes = new Mistakes();
        var inputs = new Dictionary<string, InputColumn>(StringComparer.Ordinal);
        var targets = new Dictionary<string, TargetColumn>(StringComparer.Ordinal);
        float[]? rowWeights = null;
        foreach (var (name, encoder) in _inputs) Try(mistakes, () => inputs[name] = encoder.Encode(table, warnings));
        foreach (var (name, encoder) in _targets)
        {
            if (!labels && !encoder.NeededColumns.All(table.Has)) continue;
            Try(mistakes, () =>
            {
                var column = encoder.Encode(table, warnings);
                targets[name] = labels && _targetWeights.TryGetValue(name, out string? weights) ? new TargetColumn(column.Values, column.Shape, new ColumnValues<float>(ReadWeights(table[weights]))) : column;
            });
        }
        if (labels && RowWeights is not null) Try(mistakes, () => rowWeights = ReadWeights(table[RowWeights]));
        mistakes.ThrowIfAny();
        return new Dataset(inputs, targets, rowWeights);
    }

    /// <summary>All that is needed to make these encoders again, with <see cref="Read"/>.</summary>
    public JsonObject ToJson()
    {
        var inputs = new JsonObject();
        foreach (var (name, encoder) in _inputs) inputs[name] = encoder.ToJson();
        var targets = new JsonObject();
        foreach (var (name, encoder) in _targets) targets[name] = encoder.ToJson();
        var weights = new JsonObject();
        foreach (var (name, column) in _targetWeights) weights[name] = column;
        var json = new JsonObject { ["inputs"] = inputs, ["targets"] = targets, ["target_weights"] = weights };
        if (RowWeights is not null) json["row_weights"] = RowWeights;
        return json;
    }

    /// <summary>The encoders that <see cref="ToJson"/> wrote; they encode to the same bits.</summary>
    /// <exception cref="DataException">A part is missing or of the wrong kind.</exception>
    public static DatasetEncoder Read(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var inputs = new Dictionary<string, InputEncoder>(StringComparer.Ordinal);
        foreach (var (name, node) in Part(json, "inputs")) inputs[name] = EncoderFile.ReadInput(node as JsonObject ?? throw EncoderJson.Damaged(name));
        var targets = new Dictionary<string, TargetEncoder>(StringComparer.Ordinal);
        foreach (var (name, node) in Part(json, "targets")) targets[name] = EncoderFile.ReadTarget(node as JsonObject ?? throw EncoderJson.Damaged(name));
        var weights = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, node) in Part(json, "target_weights")) weights[name] = node?.ToString() ?? throw EncoderJson.Damaged(name);
        return new DatasetEncoder(inputs, targets, weights, EncoderJson.OptionalText(json, "row_weights"));
    }

    private static JsonObject Part(JsonObject json, string name) => json[name] as JsonObject ?? throw EncoderJson.Damaged(name);

    private static float[] ReadWeights(TableColumn column)
    {
        var mistakes = new Mistakes();
        double[] numbers = Cells.Numbers(column, mistakes);
        var weights = new float[numbers.Length];
        for (int row = 0; row < weights.Length; row++)
        {
            weights[row] = (float)numbers[row];
            if (column.Values[row] is null) mistakes.Add($"{column.Where(row)}: a weight is missing. Write 1 for a usual row, 0 for one that does not count.");
            else if (!(weights[row] >= 0 && float.IsFinite(weights[row])) && !double.IsNaN(numbers[row])) mistakes.Add($"{column.Where(row)}: the weight '{column.Values[row]}' is not a finite number of at least 0.");
        }
        mistakes.ThrowIfAny();
        return weights;
    }

    private static void Try(Mistakes mistakes, Action action)
    {
        try
        {
            action();
        }
        catch (DataException fault)
        {
            mistakes.Add(fault);
        }
    }
}
