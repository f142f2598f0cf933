using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A category as an input, with the names that training had.</summary>
/// <remarks>
/// One-hot: a feature for each name; then "other", if training had rare names; then "missing", if training had missing values. A row whose name
/// fits no feature is all zeros: a feature that training never saw would only add its random initial weight.
/// Index: 0 missing, 1 other or never seen, then the names; shape [1].
/// </remarks>
public sealed class CategoryEncoder : InputEncoder
{
    private readonly CategoryForm _form;
    private readonly Dictionary<string, int> _index;
    private readonly bool _hasMissing;
    private readonly bool _hasOther;

    internal CategoryEncoder(string column, CategoryForm form, string[] labels, bool hasMissing, bool hasOther) : base("category", [column])
    {
        _form = form;
        Labels = labels;
        _index = Cells.Index(labels);
        _hasMissing = hasMissing;
        _hasOther = hasOther;
        Features = form == CategoryForm.Index ? ["(missing)", "(other)", .. labels]
            : [.. labels.Select(label => $"{column} = {label}"), .. hasOther ? [$"{column} is other"] : Array.Empty<string>(), .. hasMissing ? [$"{column} is missing"] : Array.Empty<string>()];
    }

    /// <summary>The names that have a feature or index of their own.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public override InputForm Form => _form == CategoryForm.Index ? InputForm.Indices : InputForm.Numbers;

    /// <inheritdoc/>
    public override int Width => _form == CategoryForm.Index ? 1 : Features.Count;

    /// <inheritdoc/>
    public override int Vocabulary => _form == CategoryForm.Index ? Features.Count : 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Features { get; }

    /// <inheritdoc/>
    public override InputColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var column = table[Columns[0]];
        var unseen = new Dictionary<string, int>(StringComparer.Ordinal);
        var indices = new int[_form == CategoryForm.Index ? table.Rows : 0];
        var features = new float[_form == CategoryForm.Index ? 0 : checked(table.Rows * Width)];
        int other = _hasOther ? Labels.Count : -1;
        int missing = _hasMissing ? Labels.Count + (_hasOther ? 1 : 0) : -1;
        for (int row = 0; row < table.Rows; row++)
        {
            int place = -1;
            string? value = column.Values[row];
            if (value is not null && !_index.TryGetValue(value, out place))
            {
                place = -1;
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(unseen, value, out _)++;
            }
            if (_form == CategoryForm.Index)
            {
                indices[row] = value is null ? 0 : place + 2;
                continue;
            }
            int feature = value is null ? missing : place >= 0 ? place : other;
            if (feature >= 0) features[(row * Width) + feature] = 1;
        }
        if (!_hasOther) Cells.WarnUnseen(warnings, column, unseen, "they count as none of the known categories");
        return _form == CategoryForm.Index ? new IndicesColumn(indices, 1) : new NumbersColumn(features, Width);
    }

    internal static CategoryEncoder Read(JsonObject json) => new(EncoderJson.Texts(json, "columns")[0], EncoderJson.Choice<CategoryForm>(json, "form"),
        EncoderJson.Texts(json, "labels"), EncoderJson.Flag(json, "missing"), EncoderJson.Flag(json, "other"));

    private protected override void Write(JsonObject json)
    {
        json["form"] = _form.ToString();
        json["labels"] = EncoderJson.Array(Labels);
        json["missing"] = _hasMissing;
        json["other"] = _hasOther;
    }
}
