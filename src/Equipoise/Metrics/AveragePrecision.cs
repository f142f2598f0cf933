using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>Area under the steps of precision over recall; its macro mean over labels is called mAP.</summary>
/// <remarks>
/// Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores from the highest down, exact and without interpolation, as scikit-learn's average_precision_score.
/// Classes given by index are taken one against the rest. A label without positives counts as 0, as there, unless empty labels are skipped.
/// Keeps all scores: 8 bytes for each; O(n log n) at the end.
/// </remarks>
/// <param name="Average">How the figures of several labels become one; micro ranks all labels together.</param>
/// <param name="SkipEmpty">Leave labels without positives out of the mean.</param>
public sealed record AveragePrecision(Averaging Average = Averaging.Macro, bool SkipEmpty = false) : Metric
{
    /// <inheritdoc/>
    public override string Name => Average == Averaging.Macro ? "average_precision" : $"average_precision_{Average.ToString().ToLowerInvariant()}";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override MetricState Start(int width) => new Running(this, width);

    private sealed class Running(AveragePrecision metric, int width) : ScoreState(metric, width)
    {
        private readonly AveragePrecision _metric = metric;

        public override double Result
        {
            get
            {
                if (_metric.Average == Averaging.Micro) return RankAll(_ => 1).AveragePrecision;
                double sum = 0, all = 0;
                for (int label = 0; label < Width; label++)
                {
                    var ranking = Rank(label);
                    double weight = _metric.Average == Averaging.Weighted ? ranking.Positives : _metric.SkipEmpty && ranking.Positives == 0 ? 0 : 1;
                    sum += weight * ranking.AveragePrecision;
                    all += weight;
                }

                return Labels.Ratio(sum, all);
            }
        }

        public override double[]? PerLabel => Width == 1 ? null : [.. Enumerable.Range(0, Width).Select(label => Rank(label).AveragePrecision)];
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.AveragePrecision"/>.</summary>
    public static readonly Entry<Metric> AveragePrecision = Add("average_precision", "area under precision over recall, exact; the macro mean is mAP", new AveragePrecision(),
        Setting<Metric>.Choice<AveragePrecision, Averaging>("average", "how the figures of several labels become one", get: x => x.Average, set: (x, v) => x with { Average = v }),
        Setting<Metric>.Flag<AveragePrecision>("skip_empty", "leave labels without positives out of the mean", get: x => x.SkipEmpty, set: (x, v) => x with { SkipEmpty = v })).Alias("map", "pr_auc");
}
