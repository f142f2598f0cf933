using Equipoise.Catalogs;

namespace Equipoise.Metrics;

/// <summary>A figure of one's own: a small formula over counts and sums of predictions and targets.</summary>
/// <remarks>
/// Outside: tp, fp, tn, fn (weighted counts of all labels, p &gt; threshold against t ≠ 0), n (sum of weights), sum(...) and mean(...). Inside of those: p and t, number by number over items and columns, or
/// p[0], t[2], the numbers of an item, and "amount", a further column of the data by its name in quotation marks; a term without plain p or t is taken once an item.
/// Everywhere: numbers, + − * / ^, parentheses, abs, sqrt, log, exp, min(a, b), max(a, b), above(a, b), which is 1 where a > b, else 0. x / 0 is 0.
/// sum(x) is Σ weight × x and mean(x) is that divided by the weights and columns. Class indices are read as one-hot rows. Global over the data: the formula is applied to the sums, never to means of batches.
/// A row in which a column that is named is empty is not counted.
/// <para>Examples: <c>tp / (tp + fp + fn)</c>; money lost by orders wrongly let through, at 3 for each that is looked at: <c>sum((1 - above(p[0], 0.3)) * t[0] * "amount" + 3 * above(p[0], 0.3)) / n</c>; <c>sqrt(mean((p - t)^2)) / mean(abs(t))</c>; <c>sum(max(t[0] - p[0], 0)) / sum(t[0])</c>.</para>
/// </remarks>
/// <param name="Formula">The formula.</param>
public sealed record ExpressionMetric(string Formula = "2 * tp / (2 * tp + fp + fn)") : Metric
{
    /// <summary>Name in tables and logs.</summary>
    public string Title { get; init; } = "expression";

    /// <summary>Which way it gets better.</summary>
    public MetricDirection Better { get; init; } = MetricDirection.HigherIsBetter;

    /// <summary>For the counts: a probability above it means that the label is predicted.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Whether it wants predictions and targets in the unit of the data.</summary>
    public bool Units { get; init; }

    /// <inheritdoc/>
    public override string Name => Title;

    /// <inheritdoc/>
    public override MetricDirection Direction => Better;

    /// <inheritdoc/>
    public override bool InUnits => Units;

    /// <summary>The columns that the formula names in quotation marks.</summary>
    public override IReadOnlyList<string> Columns
    {
        get
        {
            try
            {
                return FormulaParser.Read(Formula, int.MaxValue).Columns;
            }
            catch (ArgumentException)
            {
                return [];                                     // told when it is started
            }
        }
    }

    /// <inheritdoc/>
    public override MetricState Start(int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        var (term, sums, _) = FormulaParser.Read(Formula, width);
        return new Running(this, width, term, [.. sums]);
    }

    private sealed class Running(ExpressionMetric metric, int width, FormulaTerm term, FormulaSum[] inner) : MetricState(metric, width)
    {
        private const int TruePositives = 0, FalsePositives = 1, TrueNegatives = 2, FalseNegatives = 3, Weight = 4;
        private readonly float _threshold = (float)metric.Threshold;
        private readonly double[] _sums = new double[FormulaParser.Counts.Length + inner.Length];
        private readonly double[] _finished = new double[FormulaParser.Counts.Length + inner.Length];

        public override double Result
        {
            get
            {
                if (Count == 0) return 0;
                _sums.CopyTo(_finished, 0);
                for (int i = 0; i < inner.Length; i++)
                {
                    if (inner[i].IsMean) _finished[FormulaParser.Counts.Length + i] = Labels.Ratio(_finished[FormulaParser.Counts.Length + i], _sums[Weight] * (inner[i].PerColumn ? Width : 1));
                }

                return term.Value([], [], 0, _finished);
            }
        }

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, double weight) => Add(prediction, target, [], weight);

        protected override void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target, ReadOnlySpan<double> columns, double weight)
        {
            for (int i = 0; i < prediction.Length; i++)
            {
                bool wanted = Labels.Of(prediction, target, i) != 0;
                _sums[prediction[i] > _threshold ? (wanted ? TruePositives : FalsePositives) : wanted ? FalseNegatives : TrueNegatives] += weight;
            }

            _sums[Weight] += weight;
            for (int i = 0; i < inner.Length; i++)
            {
                for (int column = 0; column < (inner[i].PerColumn ? Width : 1); column++) _sums[FormulaParser.Counts.Length + i] += weight * inner[i].Inner.Value(prediction, target, column, columns);
            }
        }

        protected override void Clear() => Array.Clear(_sums);

        protected override void Join(MetricState other)
        {
            for (int i = 0; i < _sums.Length; i++) _sums[i] += ((Running)other)._sums[i];
        }
    }
}

public static partial class MetricCatalog
{
    /// <summary><see cref="Metrics.ExpressionMetric"/>.</summary>
    public static readonly Entry<Metric> Expression = Add("expression", "a formula of one's own over counts, predictions and targets", new ExpressionMetric(),
        Setting<Metric>.Text<ExpressionMetric>("formula", "over tp, fp, tn, fn, n, sum(...), mean(...), and within those p, t, p[0], t[0] and columns in quotation marks", get: x => x.Formula, set: (x, v) => x with { Formula = v }),
        Setting<Metric>.Text<ExpressionMetric>("title", "name in tables and logs", get: x => x.Title, set: (x, v) => x with { Title = v }),
        Setting<Metric>.Choice<ExpressionMetric, MetricDirection>("better", "which way it gets better", get: x => x.Better, set: (x, v) => x with { Better = v }),
        Setting<Metric>.Number<ExpressionMetric>("threshold", "for the counts: a probability above it means yes", get: x => x.Threshold, set: (x, v) => x with { Threshold = v }),
        Setting<Metric>.Flag<ExpressionMetric>("units", "whether it wants predictions and targets in the unit of the data", get: x => x.Units, set: (x, v) => x with { Units = v }));
}
