using System.Globalization;
using Equipoise.Catalogs;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Layers;

/// <summary>Brings the columns of raw numbers to mean 0 and variance 1 with figures known beforehand, so that a model takes its data as they are.</summary>
/// <remarks>
/// y = (x − mean)/max(√variance, 1e-7) along the last axis, as in Keras; nothing is learned, but the figures are saved with the model. A column without spread becomes multiples of 1e7 of its distance from the
/// mean: leave it out. Inverse: y = x·max(√variance, 1e-7) + mean. <see cref="Of"/> takes the figures from data; where data come from a table, an encoder does the same. Source: Keras 3, Normalization.
/// </remarks>
/// <param name="Mean">Mean of each column; one number serves all.</param>
/// <param name="Variance">Biased variance of each column; as many numbers.</param>
public sealed record Normalization(IReadOnlyList<double> Mean, IReadOnlyList<double> Variance) : Layer
{
    private const double LeastDeviation = 1e-7;

    /// <summary>Whether it turns standardised numbers back instead.</summary>
    public bool Invert { get; init; }

    /// <inheritdoc/>
    public override bool PassesMask => true;

    /// <summary>A layer with the mean and biased variance of the columns of some rows; NaN is left out.</summary>
    /// <param name="values">Shape [rows, width].</param>
    /// <param name="width">How many columns.</param>
    public static Normalization Of(ReadOnlySpan<float> values, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (values.Length == 0 || values.Length % width != 0) throw new ArgumentException($"{values.Length} numbers are not rows of {width}.", nameof(values));
        var mean = new double[width];
        var variance = new double[width];
        for (int column = 0; column < width; column++)
        {
            int count = 0;
            double sum = 0, squares = 0;
            for (int i = column; i < values.Length; i += width)
            {
                if (float.IsNaN(values[i])) continue;
                count++;
                sum += values[i];
            }
            if (count == 0) throw new ArgumentException($"Column {column} has no number.", nameof(values));
            mean[column] = sum / count;
            for (int i = column; i < values.Length; i += width)
            {
                if (!float.IsNaN(values[i])) squares += (values[i] - mean[column]) * (values[i] - mean[column]);
            }
            variance[column] = squares / count;
        }
        return new Normalization(mean, variance);
    }

    /// <inheritdoc/>
    public override GraphNode Build(LayerBuilder builder, IReadOnlyList<GraphNode> inputs)
    {
        int width = inputs[0].Shape.Width;
        if (Mean.Count != Variance.Count || (Mean.Count != 1 && Mean.Count != width))
        {
            throw new ShapeException(string.Create(CultureInfo.InvariantCulture, $"has {Mean.Count} means and {Variance.Count} variances, but the input is {inputs[0].Shape}, so 1 or {width} of each are wanted."));
        }
        if (!Variance.All(v => v >= 0)) throw new ArgumentException("Normalization wants variances of at least 0.");
        var scales = new double[Mean.Count];
        var shifts = new double[Mean.Count];
        for (int i = 0; i < scales.Length; i++)
        {
            double deviation = Math.Max(Math.Sqrt(Variance[i]), LeastDeviation);
            scales[i] = Invert ? deviation : 1 / deviation;
            shifts[i] = Invert ? Mean[i] : -Mean[i] / deviation;
        }
        var shape = new Shape(scales.Length);
        return builder.Add(new ParameterAffine(builder.Parameter("scale", shape, new GivenValues(scales), trainable: false), builder.Parameter("shift", shape, new GivenValues(shifts), trainable: false)), inputs[0]);
    }
}

public static partial class LayerCatalog
{
    /// <summary>The entry <c>normalization</c>.</summary>
    public static readonly Entry<Layer> Normalization = Add("normalization", "mean 0 and variance 1 with figures known beforehand", new Normalization([0], [1]),
        Setting<Layer>.Numbers<Normalization>("mean", "mean of each column; one number serves all", x => x.Mean, (x, v) => x with { Mean = v }),
        Setting<Layer>.Numbers<Normalization>("variance", "variance of each column; as many numbers", x => x.Variance, (x, v) => x with { Variance = v }, minimum: 0),
        Setting<Layer>.Flag<Normalization>("invert", "whether standardised numbers are turned back instead", x => x.Invert, (x, v) => x with { Invert = v }));
}

public static partial class LayerExtensions
{
    extension(Node node)
    {
        /// <summary>Brings the columns to mean 0 and variance 1 with figures known beforehand.</summary>
        /// <param name="mean">Mean of each column.</param>
        /// <param name="variance">Biased variance of each column.</param>
        public Node Normalization(IReadOnlyList<double> mean, IReadOnlyList<double> variance) => new Normalization(mean, variance).Apply(node);
    }
}
