using System.Text.Json.Nodes;
using Equipoise.Catalogs;

namespace Equipoise.Data;

/// <summary>A number to predict. See <see cref="NumberTargetEncoder"/>.</summary>
/// <param name="Transform">What is done to it before the loss.</param>
/// <param name="Standardise">Whether a logarithm is standardised too.</param>
public sealed record NumberTargetEncoding(TargetTransform Transform = TargetTransform.None, bool Standardise = false) : TargetEncoding
{
    /// <inheritdoc/>
    public override TargetEncoder Fit(Table train, string column)
    {
        ArgumentNullException.ThrowIfNull(train);
        var cells = train[column];
        var mistakes = new Mistakes();
        double[] values = NumberTargetEncoder.TakeLogarithm(Cells.Numbers(cells, mistakes), Transform, cells, mistakes);
        mistakes.ThrowIfAny();
        double[] present = [.. values.Where(value => !double.IsNaN(value))];
        if (present.Length == 0) throw Cells.NoValue(cells, "label");
        double mean = present.Sum() / present.Length;
        double deviation = Math.Sqrt(present.Sum(value => (value - mean) * (value - mean)) / present.Length);
        if (!(deviation > 1e-12 * Math.Abs(mean))) deviation = 0;
        bool scaled = Transform == TargetTransform.Standardise || (Standardise && Transform != TargetTransform.None);
        return new NumberTargetEncoder(column, Transform, scaled ? mean : 0, scaled && deviation > 0 ? deviation : 1, mean, deviation);
    }

    internal override TargetEncoder Load(JsonObject json) => NumberTargetEncoder.Read(json);
}

public static partial class TargetEncodingCatalog
{
    /// <summary>A number.</summary>
    public static readonly Entry<TargetEncoding> Number = Add("number", "a number; transformed for the loss, and back to its unit in predictions", new NumberTargetEncoding(),
        Setting<TargetEncoding>.Choice<NumberTargetEncoding, TargetTransform>("transform", "none, standardise, log1p, log10 or log; undone in predictions and in metrics that carry units", x => x.Transform, (x, v) => x with { Transform = v }),
        Setting<TargetEncoding>.Flag<NumberTargetEncoding>("standardise", "whether a logarithm is standardised too", x => x.Standardise, (x, v) => x with { Standardise = v }));
}
