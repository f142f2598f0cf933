using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>Numbers as an input, with the means and scales of training.</summary>
/// <remarks>
/// Row: one number a column, (t − offset) ÷ scale with t the value after the logarithm, if any, and after clipping; then one indicator for each column
/// that had missing values in training. A missing value is the training mean of t. Shape [columns + indicators].
/// </remarks>
public sealed class NumberEncoder : InputEncoder
{
    private readonly NumberScaling _scaling;
    private readonly Feature[] _fitted;

    internal NumberEncoder(IReadOnlyList<string> columns, NumberScaling scaling, Feature[] fitted) : base("number", columns)
    {
        _scaling = scaling;
        _fitted = fitted;
        Width = fitted.Length + fitted.Count(feature => feature.Indicator);
        Features = [.. columns, .. columns.Where((_, i) => fitted[i].Indicator).Select(name => $"{name} is missing")];
    }

    /// <inheritdoc/>
    public override InputForm Form => InputForm.Numbers;

    /// <inheritdoc/>
    public override int Width { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Features { get; }

    /// <inheritdoc/>
    public override InputColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var mistakes = new Mistakes();
        var encoded = new float[checked(table.Rows * Width)];
        var indicators = new int[_fitted.Length];              // where the indicator of a column is, if it has one
        for (int c = 0, next = _fitted.Length; c < indicators.Length; c++) indicators[c] = _fitted[c].Indicator ? next++ : -1;
        ColumnLoop.Run(table, Columns, mistakes, (column, c, own) => EncodeColumn(column, _fitted[c], encoded, c, indicators[c], own));
        mistakes.ThrowIfAny();
        return new NumbersColumn(encoded, Width);
    }

    private void EncodeColumn(TableColumn column, Feature fitted, float[] encoded, int place, int indicator, Mistakes mistakes)
    {
        var (mean, offset, scale, lower, upper, _) = fitted;
        double[] values = Transform(Cells.Numbers(column, mistakes), _scaling, column, mistakes);
        for (int row = 0; row < values.Length; row++)
        {
            bool missing = double.IsNaN(values[row]);
            double value = missing ? mean : Math.Clamp(values[row], lower, upper);
            float number = (float)((value - offset) / scale);
            if (!float.IsFinite(number)) mistakes.Add($"{column.Where(row)}: '{column.Values[row]}' is too large. Remove it, or set 'clip' or a logarithmic 'scaling'.");
            encoded[(row * Width) + place] = number;
            if (indicator >= 0 && missing) encoded[(row * Width) + indicator] = 1;
        }
    }

    /// <summary>Takes the logarithm where the scaling has one, in place.</summary>
    internal static double[] Transform(double[] values, NumberScaling scaling, TableColumn column, Mistakes mistakes)
    {
        if (scaling is not (NumberScaling.Log1p or NumberScaling.Log10)) return values;
        bool log1p = scaling == NumberScaling.Log1p;
        for (int row = 0; row < values.Length; row++)
        {
            double value = values[row];
            if (value <= (log1p ? -1 : 0))
            {
                mistakes.Add($"{column.Where(row)}: '{column.Values[row]}' has no {(log1p ? "logarithm of 1 + x" : "logarithm")}. {(log1p ? "Use another scaling." : "Use scaling log1p, or leave the cell empty if 0 means that there is no value.")}");
                values[row] = double.NaN;
            }
            else values[row] = log1p ? LogarithmOfOnePlus(value) : Math.Log10(value);
        }
        return values;
    }

    // ln(1 + x) without losing the digits of a small x. Source: Goldberg, "What every computer scientist should know about floating-point arithmetic", 1991, theorem 4.
    internal static double LogarithmOfOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }

    internal static NumberEncoder Read(JsonObject json)
    {
        string[] columns = EncoderJson.Texts(json, "columns");
        double[][] parts = [.. new[] { "mean", "offset", "scale", "lower", "upper", "indicator" }.Select(name => EncoderJson.Numbers(json, name))];
        foreach (double[] part in parts)
            if (part.Length != columns.Length) throw EncoderJson.Damaged("columns");
        var fitted = new Feature[columns.Length];
        for (int i = 0; i < fitted.Length; i++) fitted[i] = new Feature(parts[0][i], parts[1][i], parts[2][i], parts[3][i], parts[4][i], parts[5][i] != 0);
        return new NumberEncoder(columns, EncoderJson.Choice<NumberScaling>(json, "scaling"), fitted);
    }

    private protected override void Write(JsonObject json)
    {
        json["scaling"] = _scaling.ToString();
        json["mean"] = EncoderJson.Array(Array.ConvertAll(_fitted, feature => feature.Mean));
        json["offset"] = EncoderJson.Array(Array.ConvertAll(_fitted, feature => feature.Offset));
        json["scale"] = EncoderJson.Array(Array.ConvertAll(_fitted, feature => feature.Scale));
        json["lower"] = EncoderJson.Array(Array.ConvertAll(_fitted, feature => feature.Lower));
        json["upper"] = EncoderJson.Array(Array.ConvertAll(_fitted, feature => feature.Upper));
        json["indicator"] = EncoderJson.Array(Array.ConvertAll(_fitted, feature => feature.Indicator ? 1 : 0));
    }

    /// <summary>What was learned of one column, all in units after the logarithm.</summary>
    internal readonly record struct Feature(double Mean, double Offset, double Scale, double Lower, double Upper, bool Indicator);
}
