using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>An ordered category as an input.</summary>
/// <remarks>
/// Number: (rank − mean) ÷ deviation, ranks from 0, shape [1]. Thermometer: names − 1 features, feature k is 1 if the rank is above k.
/// A missing value is the training mean (of the rank; in a thermometer the step that the mean reaches). If training had missing values, one more feature says so.
/// </remarks>
public sealed class OrderedCategoryEncoder : InputEncoder
{
    private readonly OrderedForm _form;
    private readonly string[] _order;
    private readonly Dictionary<string, int> _index;
    private readonly double _mean;
    private readonly double _deviation;
    private readonly bool _indicator;

    internal OrderedCategoryEncoder(string column, OrderedForm form, string[] order, double mean, double deviation, bool indicator) : base("ordered_category", [column])
    {
        _form = form;
        _order = order;
        _index = Cells.Index(order);
        _mean = mean;
        _deviation = deviation;
        _indicator = indicator;
        string[] steps = form == OrderedForm.Number ? [column] : [.. order.Skip(1).Select(name => $"{column} ≥ {name}")];
        Features = indicator ? [.. steps, $"{column} is missing"] : steps;
    }

    /// <inheritdoc/>
    public override InputForm Form => InputForm.Numbers;

    /// <inheritdoc/>
    public override int Width => Features.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Features { get; }

    /// <inheritdoc/>
    public override InputColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var mistakes = new Mistakes();
        double[] ranks = Ranks(table[Columns[0]], _index, _order, mistakes);
        mistakes.ThrowIfAny();
        int width = Width;
        var encoded = new float[checked(table.Rows * width)];
        for (int row = 0; row < ranks.Length; row++)
        {
            var features = encoded.AsSpan(row * width, width);
            bool missing = double.IsNaN(ranks[row]);
            double rank = missing ? _mean : ranks[row];
            if (_form == OrderedForm.Number) features[0] = (float)((rank - _mean) / _deviation);
            else
                for (int k = 0; k < _order.Length - 1; k++) features[k] = rank >= k + 1 ? 1 : 0;
            if (_indicator && missing) features[^1] = 1;
        }
        return new NumbersColumn(encoded, width);
    }

    /// <summary>Ranks from 0, NaN where missing; a name that is not in the order is a mistake.</summary>
    internal static double[] Ranks(TableColumn column, Dictionary<string, int> index, IReadOnlyList<string> order, Mistakes mistakes)
    {
        var ranks = new double[column.Rows];
        for (int row = 0; row < ranks.Length; row++)
        {
            string? value = column.Values[row];
            if (value is null) ranks[row] = double.NaN;
            else if (index.TryGetValue(value, out int rank)) ranks[row] = rank;
            else mistakes.Add($"{column.Where(row)}: '{Cells.Shown(value)}' is not in the order. {Catalogs.Suggestion.Advice(value, [.. order])}");
        }
        return ranks;
    }

    internal static OrderedCategoryEncoder Read(JsonObject json) => new(EncoderJson.Texts(json, "columns")[0], EncoderJson.Choice<OrderedForm>(json, "form"),
        EncoderJson.Texts(json, "order"), EncoderJson.Number(json, "mean"), EncoderJson.Number(json, "deviation"), EncoderJson.Flag(json, "indicator"));

    private protected override void Write(JsonObject json)
    {
        json["form"] = _form.ToString();
        json["order"] = EncoderJson.Array(_order);
        json["mean"] = _mean;
        json["deviation"] = _deviation;
        json["indicator"] = _indicator;
    }
}
