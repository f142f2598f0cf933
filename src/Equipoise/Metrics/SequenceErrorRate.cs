using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>How many labels of sequences must be changed, put in or taken out, for each label that there is.</summary>
/// <remarks>
/// Σ edit distance(best path, labels) / Σ labels over all rows, weighted: 0 is perfect, and it can be above 1. Known as word, character or phone error rate, by what the labels are.
/// Items: predictions [steps, classes] with class 0 as the blank; the best path is the most probable class of each step, with repeats merged and blanks dropped. Targets [any length]: class
/// numbers from 1; others are padding. Rows without labels count what was predicted in them. NaN predictions are blanks.
/// Source: Levenshtein, "Binary codes capable of correcting deletions, insertions and reversals", 1966; decoding: Graves et al., "Connectionist temporal classification", 2006, section 3.2.
/// </remarks>
public sealed record SequenceErrorRate : Metric
{
    /// <inheritdoc/>
    public override string Name => "sequence_error_rate";

    /// <inheritdoc/>
    public override MetricDirection Direction => MetricDirection.LowerIsBetter;

    /// <summary>For rows of one step.</summary>
    public override MetricState Start(int width) => Start(1, width);

    /// <inheritdoc/>
    public override MetricState Start(int positions, int width) => new Counts(this, positions, width);

    private sealed class Counts(Metric metric, int steps, int classes) : MetricState(metric, checked(steps * classes))
    {
        private readonly int[] _path = new int[steps];
        private readonly int[] _distances = new int[steps + 1];
        private double _edits, _labels;

        public override double Result => Labels.Ratio(_edits, _labels);

        protected override bool TakesLists => true;

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight)
        {
            var path = _path.AsSpan(0, BestPath.Find(prediction, classes, _path));
            int labels = 0;
            for (int j = 0; j <= path.Length; j++) _distances[j] = j;
            foreach (float label in target)
            {
                if (!(label >= 1)) continue;
                labels++;
                int corner = _distances[0];
                _distances[0] = labels;
                for (int j = 1; j <= path.Length; j++)
                {
                    int change = corner + (path[j - 1] == (int)label ? 0 : 1);
                    corner = _distances[j];
                    _distances[j] = Math.Min(change, Math.Min(_distances[j], _distances[j - 1]) + 1);
                }
            }

            _edits += weight * _distances[path.Length];
            _labels += weight * labels;
        }

        protected override void Clear() => (_edits, _labels) = (0, 0);

        protected override void Join(MetricState other)
        {
            var more = (Counts)other;
            _edits += more._edits;
            _labels += more._labels;
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.SequenceErrorRate"/>.</summary>
    public static readonly Entry<Metric> SequenceErrorRate = Add("sequence_error_rate", "edits for each label of the sequences (word, character or phone error rate)", new SequenceErrorRate()).Alias("token_error_rate").Alias("phone_error_rate");
}
