using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Correlation of predicted and true classes: 1 is perfect, 0 no better than chance, also where classes are of very different size.</summary>
/// <remarks>
/// (c·n − Σ p_k·t_k) / √((n² − Σ p_k²)(n² − Σ t_k²)), with n all counts, c the right ones, p_k and t_k how often class k was predicted and true; of two classes
/// (TP·TN − FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)). 0 where one class alone is predicted or true. From −1 to 1.
/// Source: Matthews, "Comparison of the predicted and observed secondary structure of T4 phage lysozyme", 1975; several classes: Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", 2004.
/// </remarks>
public sealed record MatthewsCorrelation : MatrixMetric
{
    /// <inheritdoc/>
    public override string Name => "matthews_correlation";

    /// <inheritdoc/>
    protected internal override double Figure(ReadOnlySpan<double> counts, int classes)
    {
        double all = 0, right = 0, both = 0, squaresTrue = 0, squaresPredicted = 0;
        foreach (double count in counts) all += count;
        for (int label = 0; label < classes; label++)
        {
            var (wanted, predicted) = Sums(counts, classes, label);
            right += counts[(label * classes) + label];
            both += wanted * predicted;
            squaresTrue += wanted * wanted;
            squaresPredicted += predicted * predicted;
        }

        double spread = Math.Sqrt(Math.Max((all * all) - squaresPredicted, 0)) * Math.Sqrt(Math.Max((all * all) - squaresTrue, 0));
        return Labels.Ratio((right * all) - both, spread);
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.MatthewsCorrelation"/>.</summary>
    public static readonly Entry<Metric> MatthewsCorrelation = Add("matthews_correlation", "correlation of predicted and true classes", new MatthewsCorrelation(),
        Setting<Metric>.Number<MatthewsCorrelation>("threshold", "at width 1: a probability above it means yes", get: x => x.Threshold, set: (x, v) => x with { Threshold = v })).Alias("mcc");
}
