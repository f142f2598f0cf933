using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Agreement of predicted and true classes beyond what chance would give: 1 is perfect, 0 chance.</summary>
/// <remarks>
/// 1 − Σ w_ij O_ij / Σ w_ij E_ij, with O the counts, E_ij = t_i·p_j / n those of independent choices, and w_ij 1 for i ≠ j, or |i − j|, or (i − j)². 0 where the expected cost is 0. At most 1.
/// Source: Cohen, "A coefficient of agreement for nominal scales", 1960; weighted: Cohen, "Weighted kappa", 1968.
/// </remarks>
/// <param name="Weights">What a wrong class costs.</param>
public sealed record CohenKappa(KappaWeights Weights = KappaWeights.None) : MatrixMetric
{
    /// <inheritdoc/>
    public override string Name => Weights switch { KappaWeights.Linear => "cohen_kappa_linear", KappaWeights.Quadratic => "cohen_kappa_quadratic", _ => "cohen_kappa" };

    /// <inheritdoc/>
    protected internal override double Figure(ReadOnlySpan<double> counts, int classes)
    {
        double all = 0, observed = 0, expected = 0;
        foreach (double count in counts) all += count;
        for (int i = 0; i < classes; i++)
        {
            double wanted = Sums(counts, classes, i).True;
            for (int j = 0; j < classes; j++)
            {
                double cost = Weights switch { KappaWeights.Linear => Math.Abs(i - j), KappaWeights.Quadratic => (double)(i - j) * (i - j), _ => i == j ? 0 : 1 };
                if (cost == 0) continue;
                observed += cost * counts[(i * classes) + j];
                expected += cost * wanted * (Sums(counts, classes, j).Predicted / all);
            }
        }

        return expected == 0 ? 0 : 1 - (observed / expected);
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.CohenKappa"/>.</summary>
    public static readonly Entry<Metric> CohenKappa = Add("cohen_kappa", "agreement beyond chance; weighted for ordered classes", new CohenKappa(),
        Setting<Metric>.Choice<CohenKappa, KappaWeights>("weights", "what a wrong class costs", get: x => x.Weights, set: (x, v) => x with { Weights = v }),
        Setting<Metric>.Number<CohenKappa>("threshold", "at width 1: a probability above it means yes", get: x => x.Threshold, set: (x, v) => x with { Threshold = v }));
}
