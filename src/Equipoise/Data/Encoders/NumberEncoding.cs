using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>Numbers as an input: scaled, perhaps clipped, missing ones filled.</summary>
/// <remarks>Reads one column or several; see <see cref="NumberEncoder"/>.</remarks>
/// <param name="Scaling">What is done to each number.</param>
/// <param name="Clip">Values further from the mean than so many standard deviations (after a logarithm) are drawn in to there; null: never.</param>
/// <param name="Indicator">Whether a column with missing values in training gets one more feature: 1 where the value is missing.</param>
public sealed record NumberEncoding(NumberScaling Scaling = NumberScaling.Standardise, double? Clip = null, bool Indicator = true) : InputEncoding
{
    /// <inheritdoc/>
    public override InputEncoder Fit(Table train, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (columns.Count == 0) throw new DataException("A number input needs at least one column.");
        if (Clip is { } clip && !(clip > 0)) throw new DataException($"'clip' is {clip}, but it must be above 0 standard deviations.");
        var mistakes = new Mistakes();
        var fitted = new NumberEncoder.Feature[columns.Count];
        ColumnLoop.Run(train, columns, mistakes, (column, i, own) => fitted[i] = FitColumn(column, own));
        mistakes.ThrowIfAny();
        return new NumberEncoder(columns, Scaling, fitted);
    }

    internal override InputEncoder Load(JsonObject json) => NumberEncoder.Read(json);

    private NumberEncoder.Feature FitColumn(TableColumn column, Mistakes mistakes)
    {
        double[] values = NumberEncoder.Transform(Cells.Numbers(column, mistakes), Scaling, column, mistakes);
        // Plain loops: they run before anything else does, when the runtime has not yet compiled queries well.
        int present = 0;
        double sum = 0, smallest = double.PositiveInfinity, largest = double.NegativeInfinity;
        foreach (double value in values)
        {
            if (double.IsNaN(value)) continue;
            present++;
            sum += value;
            if (value < smallest) smallest = value;
            if (value > largest) largest = value;
        }
        if (present == 0)
        {
            if (!mistakes.Any) mistakes.Add(Cells.NoValue(column, "value").Message);
            return default;
        }
        double mean = sum / present, squares = 0;
        foreach (double value in values)
            if (!double.IsNaN(value)) squares += (value - mean) * (value - mean);
        double deviation = Math.Sqrt(squares / present);
        // A constant column is only shifted: dividing by 0 would make NaN of every row. Rounding leaves a hair of deviation, hence the bound.
        if (!(deviation > 1e-12 * Math.Abs(mean))) deviation = 0;
        var (offset, scale) = Scaling switch
        {
            NumberScaling.None => (0, 1),
            NumberScaling.MinMax => (smallest, largest > smallest ? largest - smallest : 1),
            _ => (mean, deviation > 0 ? deviation : 1),
        };
        var (lower, upper) = Clip is { } clip && deviation > 0 ? (mean - (clip * deviation), mean + (clip * deviation)) : (double.MinValue, double.MaxValue);
        return new NumberEncoder.Feature(mean, offset, scale, lower, upper, Indicator && present < values.Length);
    }
}

public static partial class InputEncodingCatalog
{
    /// <summary>Numbers.</summary>
    public static readonly Entry<InputEncoding> Number = Add("number", "numbers, scaled by what the training part shows; a missing one is the mean, with a feature that says so", new NumberEncoding(),
        Setting<InputEncoding>.Choice<NumberEncoding, NumberScaling>("scaling", "what is done to each number: standardise, none, log1p or log10 (then standardised), min_max", x => x.Scaling, (x, v) => x with { Scaling = v }),
        Setting<InputEncoding>.OptionalNumber<NumberEncoding>("clip", "standard deviations from the mean that a value is drawn in to", x => x.Clip, (x, v) => x with { Clip = v }, above: 0),
        Setting<InputEncoding>.Flag<NumberEncoding>("indicator", "whether missing values in training add a feature that is 1 where the value is missing", x => x.Indicator, (x, v) => x with { Indicator = v }));
}
