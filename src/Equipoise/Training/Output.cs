using Equipoise.Losses;
using Equipoise.Metrics;

namespace Equipoise.Training;

/// <summary>How one output is trained and judged.</summary>
/// <param name="Loss">Its loss; null: it is not trained, though its metrics are shown.</param>
/// <param name="Weight">What its raw loss is multiplied with in the total; at least 0. With 0 the loss is shown but trains nothing.</param>
public sealed record Output(Loss? Loss, double Weight = 1)
{
    /// <summary>Figures that count every labelled row once.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Figures that count each labelled row with its sample and class weight; <c>weighted_</c> stands before their names.</summary>
    public IReadOnlyList<Metric> WeightedMetrics { get; init; } = [];

    /// <summary>
    /// Weight of each class, by its index; classes left out count 1. Only in training: validation and evaluation count all rows as they are. Of a class or binary target: weight of the rows of that class.
    /// Of a set of labels: what the label counts within a row, whether present or not; the mean still divides by the number of labels.
    /// </summary>
    public IReadOnlyDictionary<int, double>? ClassWeights { get; init; }

    /// <summary>What the sum of losses is divided by; null: as <see cref="CompileOptions.Divisor"/> says.</summary>
    public Divisor? Divisor { get; init; }

    /// <summary>Turns a prediction or a target back into the unit of the data, for metrics that have units; null: it is in it already.</summary>
    public Func<float, float>? ToUnits { get; init; }

    /// <summary>The derivative of <see cref="ToUnits"/>, for losses over several outputs, which see predictions in their unit.</summary>
    public Func<float, float>? UnitSlope { get; init; }
}
