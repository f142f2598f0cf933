using System.Text.Json.Nodes;
using Equipoise.Configs;
using Equipoise.Data;

namespace Equipoise.Runs;

/// <summary>All that turns a table into a data set for the model of a run: the encoders of columns, images, and which classes are spread to one number each.</summary>
public sealed class RunEncoders
{
    private readonly Dictionary<string, ImageInput> _images;
    private readonly HashSet<string> _oneHot;
    private Dictionary<string, IReadOnlyList<IdxArray>> _arrays = new(StringComparer.Ordinal);

    internal RunEncoders(DatasetEncoder columns, Dictionary<string, ImageInput> images, IEnumerable<string> oneHot, IEnumerable<string>? metricColumns = null)
    {
        MetricColumns = [.. metricColumns ?? []];
        Columns = columns;
        _images = images;
        _oneHot = new HashSet<string>(oneHot, StringComparer.Ordinal);
    }

    /// <summary>The encoders of inputs and labels from columns.</summary>
    public DatasetEncoder Columns { get; }

    /// <summary>The inputs of images, by name.</summary>
    public IReadOnlyDictionary<string, ImageInput> Images => _images;

    /// <summary>The columns of numbers that metrics look at, beside the labels.</summary>
    public IReadOnlyList<string> MetricColumns { get; }

    /// <summary>The columns that a table must have for prediction.</summary>
    public IReadOnlyList<string> NeededColumns => [.. Columns.Inputs.Values.SelectMany(e => e.Columns).Concat(_images.Values.Select(i => i.Column).OfType<string>()).Distinct()];

    /// <summary>All columns that training reads: those of inputs, labels, weights and metrics.</summary>
    internal IReadOnlyList<string> TrainingColumns => [.. NeededColumns.Concat(Columns.Targets.Values.SelectMany(t => t.NeededColumns)).Concat(Columns.WeightColumns).Concat(MetricColumns).Distinct()];

    /// <summary>Encodes a whole table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="labels">Whether labels must be there; if not, those that are there are encoded all the same.</param>
    /// <param name="warnings">Gets oddities that are no mistakes.</param>
    /// <exception cref="DataException">Columns are missing or cannot be read; all mistakes are told at once.</exception>
    public Dataset Encode(Table table, bool labels = true, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Encode(table, [.. Enumerable.Range(0, table.Rows)], table.Rows, labels, warnings);
    }

    internal Dataset Encode(Table table, IReadOnlyList<int> places, int fileRows, bool labels = true, ICollection<string>? warnings = null)
    {
        if (!labels)
        {
            string[] missing = [.. NeededColumns.Where(c => !table.Has(c))];
            if (missing.Length > 0) throw new DataException([.. missing.Select(c => $"{table.Source}: there is no column '{c}', which the model reads. {Catalogs.Suggestion.Advice(c, table.Names)}")]);
        }
        bool nothing = Columns.Inputs.Count == 0 && (labels ? Columns.Targets.Count == 0 : !Columns.Targets.Values.Any(t => t.NeededColumns.All(table.Has)));
        var encoded = nothing ? null : Columns.Encode(table, warnings, labels);
        var inputs = new Dictionary<string, InputColumn>(StringComparer.Ordinal);
        foreach (var (name, column) in encoded?.Inputs ?? new Dictionary<string, InputColumn>()) inputs[name] = column;
        foreach (var (name, image) in _images) inputs[name] = image.Encode(_arrays[name], table, places, fileRows);
        var targets = new Dictionary<string, TargetColumn>(StringComparer.Ordinal);
        foreach (var (name, column) in encoded?.Targets ?? new Dictionary<string, TargetColumn>()) targets[name] = _oneHot.Contains(name) ? Spread(column, Columns.Targets[name].PredictionWidth) : column;
        return new Dataset(inputs, targets, encoded?.RowWeights, Numbers(table, labels));
    }

    /// <summary>Opens the files of images, relative to a folder.</summary>
    internal void OpenImages(string folder)
        => _arrays = _images.ToDictionary(i => i.Key, i => ImageInput.Open(i.Value.Files, i.Value.Column, folder).Arrays, StringComparer.Ordinal);

    internal void UseImages(Dictionary<string, IReadOnlyList<IdxArray>> arrays) => _arrays = arrays;

    internal JsonObject ToJson()
    {
        var images = new JsonObject();
        foreach (var (name, image) in _images) images[name] = image.ToJson();
        return new JsonObject { ["equipoise"] = 1, ["columns"] = Columns.ToJson(), ["images"] = images, ["one_hot"] = new JsonArray([.. _oneHot.Order(StringComparer.Ordinal).Select(n => (JsonNode)n)]), ["metric_columns"] = new JsonArray([.. MetricColumns.Select(n => (JsonNode)n)]) };
    }

    internal static RunEncoders Read(JsonObject json)
    {
        var images = new Dictionary<string, ImageInput>(StringComparer.Ordinal);
        foreach (var (name, node) in json["images"]!.AsObject()) images[name] = ImageInput.Read(node!.AsObject());
        return new RunEncoders(DatasetEncoder.Read(json["columns"]!.AsObject()), images, json["one_hot"]!.AsArray().Select(n => (string)n!), json["metric_columns"]?.AsArray().Select(n => (string)n!));
    }

    private Dictionary<string, ColumnValues<double>> Numbers(Table table, bool needed)
    {
        string[] missing = needed ? [.. MetricColumns.Where(c => !table.Has(c))] : [];
        if (missing.Length > 0) throw new DataException([.. missing.Select(c => $"{table.Source}: there is no column '{c}', which a metric looks at. {Catalogs.Suggestion.Advice(c, table.Names)}")]);
        var mistakes = new Mistakes();
        var numbers = MetricColumns.Where(table.Has).ToDictionary(c => c, c => new ColumnValues<double>(Cells.Numbers(table[c], mistakes)), StringComparer.Ordinal);
        mistakes.ThrowIfAny();
        return numbers;
    }

    // A class index becomes a 1 among zeros; a missing one stays missing, all NaN.
    /// <summary>Classes as one number each: 1 for the row's own, 0 for the others.</summary>
    internal static TargetColumn Spread(TargetColumn column, int classes)
    {
        var values = new float[column.Rows * classes];
        for (int row = 0; row < column.Rows; row++)
        {
            float index = column.Values[row];
            if (float.IsNaN(index)) values.AsSpan(row * classes, classes).Fill(float.NaN);
            else values[(row * classes) + (int)index] = 1;
        }
        return new TargetColumn(new ColumnValues<float>(values), [classes], column.Weights);
    }
}
