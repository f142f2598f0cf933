using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Poisson deviance without its constant, for counts.</summary>
/// <remarks>mean of p − t log(p + 1e-7), p the predicted rate.</remarks>
public sealed record PoissonMetric : ElementMetric
{
    /// <inheritdoc/>
    public override string Name => "poisson";

    /// <inheritdoc/>
    public override bool InUnits => true;

    /// <inheritdoc/>
    protected internal override double Value(float prediction, float target) => prediction - target * Math.Log((double)prediction + Probability.Epsilon);
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.PoissonMetric"/>.</summary>
    public static readonly Entry<Metric> PoissonMetric = Add("poisson", "Poisson deviance without its constant", new PoissonMetric());
}
