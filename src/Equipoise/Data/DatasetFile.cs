using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A data set in a <see cref="ColumnFile"/>: written piece by piece, read where it lies.</summary>
/// <param name="file">The file.</param>
/// <param name="rows">How many rows there will be in all.</param>
/// <param name="widths">Labels of outputs that are made wider than their pieces, to so many numbers: lists of labels, of which each piece is only as wide as its longest.</param>
internal sealed class DatasetFile(ColumnFileWriter file, int rows, IReadOnlyDictionary<string, int> widths)
{
    private JsonObject? _json;
    private int _written;
    private readonly Dictionary<string, int> _entries = new(StringComparer.Ordinal);

    /// <summary>Writes the next rows.</summary>
    public void Append(Dataset data)
    {
        _json ??= Begin(data);
        foreach (var (name, column) in data.Inputs) AppendInput(name, column, _json["inputs"]![name]!);
        foreach (var (name, column) in data.Targets) AppendTarget(name, column, _json["targets"]![name]!);
        foreach (var (name, numbers) in data.Columns) Append((int)_json["columns"]![name]!, numbers);
        if (data.RowWeights is { } weights) file.Append((int)_json["row_weights"]!, weights.Span(0, data.Rows));
        _written += data.Rows;
    }

    /// <summary>What <see cref="Read"/> wants to see again, when all rows are written.</summary>
    public JsonObject End() => _written == rows ? _json! : throw new InvalidOperationException($"{_written} of {rows} rows were written.");

    /// <summary>The data set that was written.</summary>
    public static Dataset Read(ColumnFile file, JsonObject json)
    {
        int Section(JsonNode node, string name) => (int)node[name]!;
        var inputs = new Dictionary<string, InputColumn>(StringComparer.Ordinal);
        foreach (var (name, node) in json["inputs"]!.AsObject())
        {
            inputs[name] = (string)node!["kind"]! switch
            {
                "numbers" => new NumbersColumn(file.Values<float>(Section(node, "values")), Shape(node)),
                "indices" => new IndicesColumn(file.Values<int>(Section(node, "values")), (int)node["length"]!),
                _ => new BagColumn(file.Values<int>(Section(node, "offsets")), file.Values<int>(Section(node, "indices")), file.Values<float>(Section(node, "weights")), (int)node["vocabulary"]!),
            };
        }
        var targets = new Dictionary<string, TargetColumn>(StringComparer.Ordinal);
        foreach (var (name, node) in json["targets"]!.AsObject())
            targets[name] = new TargetColumn(file.Values<float>(Section(node!, "values")), Shape(node!), node!["weights"] is null ? null : file.Values<float>(Section(node, "weights")));
        var columns = json["columns"]!.AsObject().ToDictionary(c => c.Key, c => file.Values<double>((int)c.Value!), StringComparer.Ordinal);
        return new Dataset(inputs, targets, json["row_weights"] is null ? null : file.Values<float>(Section(json, "row_weights")), columns);
    }

    private static int[] Shape(JsonNode node) => [.. node["shape"]!.AsArray().Select(s => (int)s!)];

    private JsonObject Begin(Dataset data)
    {
        var inputs = new JsonObject();
        foreach (var (name, column) in data.Inputs)
        {
            inputs[name] = column switch
            {
                NumbersColumn numbers => new JsonObject { ["kind"] = "numbers", ["shape"] = Sizes(numbers.Shape), ["values"] = Reserve(numbers.Width) },
                IndicesColumn indices => new JsonObject { ["kind"] = "indices", ["length"] = indices.Length, ["values"] = Reserve(indices.Length) },
                BagColumn bag => new JsonObject { ["kind"] = "bag", ["vocabulary"] = bag.Vocabulary, ["offsets"] = file.Reserve(4L * (rows + 1)), ["indices"] = file.ReserveOpen(), ["weights"] = file.ReserveOpen() },
                _ => throw new NotSupportedException($"Input '{name}' is of a kind that is not written to files."),
            };
            if (column is not BagColumn) continue;
            file.Append<int>((int)inputs[name]!["offsets"]!, [0]);
            _entries[name] = 0;
        }
        var targets = new JsonObject();
        foreach (var (name, column) in data.Targets)
        {
            int[] shape = widths.TryGetValue(name, out int width) ? [width] : column.Shape;
            var target = new JsonObject { ["shape"] = Sizes(shape), ["values"] = Reserve(InputColumn.Product(shape, nameof(data))) };
            if (column.Weights is not null) target["weights"] = Reserve(column.WeightsPerRow);
            targets[name] = target;
        }
        var columns = new JsonObject();
        foreach (var (name, _) in data.Columns) columns[name] = file.Reserve(8L * rows);
        var json = new JsonObject { ["rows"] = rows, ["inputs"] = inputs, ["targets"] = targets, ["columns"] = columns };
        if (data.RowWeights is not null) json["row_weights"] = Reserve(1);
        return json;
    }

    private static JsonArray Sizes(int[] shape) => [.. shape.Select(s => (JsonNode)s)];

    private int Reserve(int width) => file.Reserve(4L * rows * width);

    private void AppendInput(string name, InputColumn column, JsonNode node)
    {
        switch (column)
        {
            case NumbersColumn numbers:
                Append((int)node["values"]!, numbers.Values);
                break;
            case IndicesColumn indices:
                Append((int)node["values"]!, indices.Values);
                break;
            case BagColumn bag:
                int before = _entries[name];
                int[] offsets = new int[bag.Rows];
                if (before + bag.Indices.Length > int.MaxValue) throw new DataException($"The bags of input '{name}' hold more than {int.MaxValue} terms in all. Limit its vocabulary, or split the file.");
                for (int i = 0; i < offsets.Length; i++) offsets[i] = before + bag.Offsets[i + 1];
                _entries[name] = before + (int)bag.Indices.Length;
                file.Append<int>((int)node["offsets"]!, offsets);
                Append((int)node["indices"]!, bag.Indices);
                Append((int)node["weights"]!, bag.Weights);
                break;
        }
    }

    private void AppendTarget(string name, TargetColumn column, JsonNode node)
    {
        if (widths.TryGetValue(name, out int width) && width != column.Width)
        {
            float[] wide = new float[checked(column.Rows * width)];
            for (int row = 0; row < column.Rows; row++)
            {
                var from = column.Row(row);
                wide.AsSpan(row * width, width).Fill(float.IsNaN(from[0]) ? float.NaN : SequenceTargetEncoder.Padding);
                from.CopyTo(wide.AsSpan(row * width));
            }
            file.Append<float>((int)node["values"]!, wide);
        }
        else
        {
            Append((int)node["values"]!, column.Values);
        }
        if (column.Weights is { } weights) Append((int)node["weights"]!, weights);
    }

    private void Append<T>(int section, ColumnValues<T> values) where T : unmanaged
    {
        const int Piece = 1 << 20;
        for (long start = 0; start < values.Length; start += Piece) file.Append(section, values.Span(start, (int)Math.Min(Piece, values.Length - start)));
    }
}
