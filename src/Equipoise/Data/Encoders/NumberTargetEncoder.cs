using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>A number to predict, with the mean and scale of training.</summary>
/// <remarks>
/// Label: (t − offset) ÷ scale, with t = x, ln(1 + x), log10 x or ln x; offset 0 and scale 1 unless standardised. Shape [1]; missing: NaN.
/// <see cref="Decode(float)"/> is its inverse: back to the unit of the column. A decoded logarithm of a mean is below the mean of the values.
/// </remarks>
public sealed class NumberTargetEncoder : TargetEncoder
{
    private readonly double _offset;
    private readonly double _scale;

    internal NumberTargetEncoder(string column, TargetTransform transform, double offset, double scale, double mean, double deviation) : base("number", column)
    {
        Transform = transform;
        _offset = offset;
        _scale = scale;
        Mean = mean;
        Deviation = deviation;
    }

    /// <summary>What is done before the loss.</summary>
    public TargetTransform Transform { get; }

    /// <summary>Mean of the training labels, after a logarithm and before standardising.</summary>
    public double Mean { get; }

    /// <summary>Standard deviation of the training labels, after a logarithm and before standardising.</summary>
    public double Deviation { get; }

    /// <summary>Whether labels are the column's own numbers, so that nothing needs decoding.</summary>
    public bool IsPlain => Transform == TargetTransform.None;

    /// <inheritdoc/>
    public override TargetColumn Encode(Table table, ICollection<string>? warnings = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var column = table[Column];
        var mistakes = new Mistakes();
        double[] values = TakeLogarithm(Cells.Numbers(column, mistakes), Transform, column, mistakes);
        var labels = new float[values.Length];
        for (int row = 0; row < labels.Length; row++)
        {
            labels[row] = (float)((values[row] - _offset) / _scale);
            if (float.IsInfinity(labels[row])) mistakes.Add($"{column.Where(row)}: '{column.Values[row]}' is too large. Remove it, or use a logarithmic 'transform'.");
        }
        mistakes.ThrowIfAny();
        return new TargetColumn(labels);
    }

    /// <summary>A label or prediction back in the unit of the column; NaN stays NaN.</summary>
    public float Decode(float label)
    {
        double value = ((double)label * _scale) + _offset;
        return (float)(Transform switch
        {
            TargetTransform.Log => Math.Exp(value),
            TargetTransform.Log10 => Math.Pow(10, value),
            TargetTransform.Log1p => Math.Abs(value) < 1e-5 ? value + (0.5 * value * value) : Math.Exp(value) - 1,
            _ => value,
        });
    }

    /// <summary>The derivative of <see cref="Decode(float)"/>: by how much the number changes for each 1 that the label changes.</summary>
    public float DecodeSlope(float label)
    {
        double value = ((double)label * _scale) + _offset;
        return (float)(_scale * (Transform switch
        {
            TargetTransform.Log or TargetTransform.Log1p => Math.Exp(value),
            TargetTransform.Log10 => Math.Log(10) * Math.Pow(10, value),
            _ => 1,
        }));
    }

    /// <summary>Labels or predictions back in the unit of the column; both spans of one length, and may be the same.</summary>
    public void Decode(ReadOnlySpan<float> labels, Span<float> values)
    {
        if (values.Length != labels.Length) throw new ArgumentException($"There are {labels.Length} labels but room for {values.Length} values.", nameof(values));
        for (int i = 0; i < labels.Length; i++) values[i] = Decode(labels[i]);
    }

    /// <summary>Takes the logarithm where the transform has one, in place.</summary>
    internal static double[] TakeLogarithm(double[] values, TargetTransform transform, TableColumn column, Mistakes mistakes)
    {
        if (transform is TargetTransform.None or TargetTransform.Standardise) return values;
        double bound = transform == TargetTransform.Log1p ? -1 : 0;
        for (int row = 0; row < values.Length; row++)
        {
            if (values[row] <= bound)
            {
                mistakes.Add($"{column.Where(row)}: '{column.Values[row]}' has no {(bound < 0 ? "logarithm of 1 + x" : "logarithm")}. {(bound < 0 ? "Use another transform." : "Use transform log1p, or leave the cell empty if there is no label.")}");
                values[row] = double.NaN;
            }
            else
            {
                values[row] = transform switch
                {
                    TargetTransform.Log => Math.Log(values[row]),
                    TargetTransform.Log10 => Math.Log10(values[row]),
                    _ => NumberEncoder.LogarithmOfOnePlus(values[row]),
                };
            }
        }
        return values;
    }

    internal static NumberTargetEncoder Read(JsonObject json) => new(EncoderJson.Text(json, "column"), EncoderJson.Choice<TargetTransform>(json, "transform"),
        EncoderJson.Number(json, "offset"), EncoderJson.Number(json, "scale"), EncoderJson.Number(json, "mean"), EncoderJson.Number(json, "deviation"));

    private protected override void Write(JsonObject json)
    {
        json["transform"] = Transform.ToString();
        json["offset"] = _offset;
        json["scale"] = _scale;
        json["mean"] = Mean;
        json["deviation"] = Deviation;
    }
}
