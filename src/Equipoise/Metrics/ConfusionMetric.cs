using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>A metric made of how often each label is rightly and wrongly predicted: F1, precision, recall and their like.</summary>
/// <remarks>
/// Labels are predicted by <see cref="LabelDecision"/>: for classes given by index the largest probability (each class against the rest), for
/// sets of labels and yes-or-no numbers every probability above the threshold. For classes given as one-hot rows set the decision to
/// <see cref="LabelDecision.Largest"/>. A ratio of 0 / 0 is 0: a label that is never true and never predicted counts as 0 in a macro mean, as in scikit-learn.
/// </remarks>
public abstract record ConfusionMetric : Metric
{
    /// <summary>How the figures of several labels become one.</summary>
    public Averaging Average { get; init; } = Averaging.Macro;

    /// <summary>A probability above it means that the label is predicted; at it, not.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>How probabilities become predicted labels.</summary>
    public LabelDecision Decision { get; init; } = LabelDecision.Auto;

    /// <summary>When above 0: the k largest probabilities of an item are predicted, of equal ones the first, and the threshold is not looked at.</summary>
    public int TopK { get; init; }

    /// <summary>When 0 or more: the only label that counts.</summary>
    public int Label { get; init; } = -1;

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.HigherIsBetter;

    /// <inheritdoc/>
    public override string Name => BaseName + (Average == Averaging.Macro ? "" : $"_{Average.ToString().ToLowerInvariant()}")
        + (TopK > 0 ? $"_top_{TopK}" : "") + (Label >= 0 ? $"_label_{Label}" : "");

    /// <summary>The name with default settings.</summary>
    protected abstract string BaseName { get; }

    /// <summary>The figure, from weighted counts of true positives, false positives and false negatives.</summary>
    protected internal abstract double Score(double truePositives, double falsePositives, double falseNegatives);

    /// <inheritdoc/>
    public sealed override MetricState Start(int width)
    {
        if (Label >= width) throw new ArgumentOutOfRangeException(nameof(width), width, $"Metric '{Name}': there is no label {Label} in predictions of width {width}.");
        return new ConfusionState(this, width);
    }

    /// <summary>The settings that all of them have, for the catalogue.</summary>
    internal static Setting<Metric>[] Settings<T>(params Setting<Metric>[] own) where T : ConfusionMetric =>
    [
        .. own,
        Setting<Metric>.Choice<T, Averaging>("average", "how the figures of several labels become one", get: x => x.Average, set: (x, v) => With(x, y => y with { Average = v })),
        Setting<Metric>.Number<T>("threshold", "a probability above it means that the label is predicted", get: x => x.Threshold, set: (x, v) => With(x, y => y with { Threshold = v })),
        Setting<Metric>.Choice<T, LabelDecision>("decision", "how probabilities become predicted labels", get: x => x.Decision, set: (x, v) => With(x, y => y with { Decision = v })),
        Setting<Metric>.Integer<T>("top_k", "predict the k largest probabilities; 0: off", get: x => x.TopK, set: (x, v) => With(x, y => y with { TopK = v }), minimum: 0),
        Setting<Metric>.Integer<T>("label", "the only label that counts; -1: all", get: x => x.Label, set: (x, v) => With(x, y => y with { Label = v }), minimum: -1),
    ];

    // 'with' makes a copy of the record's real type.
    private static T With<T>(T metric, Func<ConfusionMetric, ConfusionMetric> change) where T : ConfusionMetric => (T)change(metric);
}
