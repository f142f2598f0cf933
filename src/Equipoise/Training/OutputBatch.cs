using Equipoise.Data;
using Equipoise.Engine.Kernels;
using Equipoise.Ledger;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Models;

namespace Equipoise.Training;

/// <summary>One output at work on batches of one data set: targets and weights of the rows at hand, loss values, seeds, metrics.</summary>
internal sealed class OutputBatch
{
    private const float Smallest = 1e-30f;                     // of a seed: a classifier that is sure of most rows would fill backward with denormals

    private readonly List<(string Name, Metric Metric, MetricState State, bool Weighted)> _metrics = [];
    private readonly OutputLink _link;
    private readonly IReadOnlyDictionary<int, double>? _classWeights;
    private readonly ColumnValues<float> _dataTargets;
    private readonly TargetColumn _column;
    private readonly ColumnValues<float>? _rowWeights;
    private readonly float[]? _dataWeights;                    // of each item, -1: no label; null where all are 1, or where the labels are in a mapped file: then they are worked out again and again, since a number for each item might not fit into memory
    private readonly float[] _targets;
    private readonly float[] _weights;
    private readonly float[] _labelled;                        // 1 or 0
    private readonly float[] _gradientShares;
    private readonly float[] _plainShares;
    private readonly float[] _values;
    private readonly float[] _predictions;                     // as users see them
    private readonly float[] _unitPredictions;
    private readonly float[] _unitTargets;
    private readonly float[] _labelWeights;
    private readonly double _labelRate;
    private readonly Divisor _divisor;
    private readonly bool _wholeRows;
    private readonly int _linkWidth;
    private readonly float[][] _scratch;                       // of each worker
    private readonly bool _uniform;                            // every item has a label and the weight 1
    private readonly float[] _partValues;                      // [items, parts], where the output has several losses
    private readonly double[] _partLosses;
    private readonly ColumnValues<double>[] _dataColumns;      // further ones that metrics look at
    private readonly double[] _columns;                        // [rows, those]
    private readonly int[][] _columnsOf;                       // places of those of each metric
    private readonly double[] _metricColumns;                  // [items, those of one metric]
    private readonly int _pointWidth;                          // numbers of an item that metrics see
    private readonly float[] _points;                          // those, where the loss makes them of a prediction
    private int _uniformItems;                                 // items whose weights and shares are filled in already
    private (float Plain, float Gradient) _uniformShares;

public OutputBatch(int index, ModelOutput output, Output settings, OutputLink link, Divisor divisor, TargetColumn target, ColumnValues<float>? rowWeights, double labelRate, bool training, int capacity, int workers, IReadOnlyDictionary<string, ColumnValues<double>>? columns = null)
    {
        // As in Keras class weights shape the training alone: an evaluation counts every row as it is.
        _classWeights = training ? settings.ClassWeights : null;
        Index = index;
        Name = output.Name;
        Settings = settings;
        // A loss over whole rows or the whole batch has rows as its items, else each position is one.
        _wholeRows = settings.Loss is { Scope: not LossScope.Position };
        _linkWidth = output.Shape.Width;
        MaskWidth = output.Shape.Positions;
        Width = _wholeRows ? output.Shape.Size : output.Shape.Width;
        Positions = _wholeRows ? 1 : output.Shape.Positions;
        TargetWidth = target.Width / Positions;
        _divisor = divisor;
        _labelWeights = LabelWeights();
        (_column, _dataTargets, _rowWeights) = (target, target.Values, rowWeights);
        (_dataWeights, _uniform, LabelRate) = ItemWeights();
        _labelRate = double.IsNaN(labelRate) ? LabelRate : labelRate;
        _link = link;
        int items = capacity * Positions;
        _targets = new float[items * TargetWidth];
        _weights = new float[items];
        _labelled = new float[items];
        _gradientShares = new float[items];
        _plainShares = new float[items];
        _values = new float[items];
        int parts = settings.Loss is CombinedLoss combined ? combined.Parts.Count : 0;
        _partValues = new float[items * parts];
        _partLosses = new double[parts];
        _pointWidth = settings.Loss?.PointWidth(Width) ?? Width;
        int scratch = settings.Loss?.ScratchSize(capacity * Positions, _wholeRows ? MaskWidth : 1, Width, TargetWidth) ?? 0;
        _scratch = [.. Enumerable.Range(0, scratch == 0 ? 0 : WholeBatch ? 1 : workers).Select(_ => new float[scratch])];
        foreach (var metric in settings.Metrics) _metrics.Add((metric.Name, metric, Start(metric), false));
        foreach (var metric in settings.WeightedMetrics) _metrics.Add(($"weighted_{metric.Name}", metric, Start(metric), true));
        string[] named = [.. _metrics.SelectMany(m => m.Metric.Columns).Distinct()];
        _dataColumns = [.. named.Select(c => columns![c])];
        _columns = new double[capacity * named.Length];
        _columnsOf = [.. _metrics.Select(m => m.Metric.Columns.Select(c => Array.IndexOf(named, c)).ToArray())];
        _metricColumns = new double[items * _columnsOf.Select(c => c.Length).DefaultIfEmpty().Max()];
        _predictions = HasMetrics ? new float[items * Width] : [];
        _points = HasMetrics && _pointWidth != Width ? new float[items * _pointWidth] : [];
        bool units = settings.ToUnits is not null && _metrics.Any(m => m.Metric.InUnits);
        _unitPredictions = units ? new float[items * _pointWidth] : [];
        _unitTargets = units ? new float[items * TargetWidth] : [];
    }

    public int Index { get; }

    public string Name { get; }

    public Output Settings { get; }

    /// <summary>Numbers of an item.</summary>
    public int Width { get; }

    /// <summary>Items of a row.</summary>
    public int Positions { get; }

    /// <summary>Numbers of the mask of a row.</summary>
    public int MaskWidth { get; }

    /// <summary>Whether the loss wants all rows of the batch at once, in one call.</summary>
    public bool WholeBatch => Settings.Loss is { Scope: LossScope.Batch };

    public int TargetWidth { get; }

    /// <summary>What turns its predictions into what users see.</summary>
    public OutputLink Link => _link;

    /// <summary>How many numbers of a prediction, or made of it, are the value itself.</summary>
    public int PointWidth => _pointWidth;

    /// <summary>The weight of the step at hand.</summary>
    public double Weight { get; private set; }

    /// <summary>Items of the batch with a label.</summary>
    public int Labelled { get; private set; }

    public double DivisorValue { get; private set; }

    public double RawLoss { get; private set; }

    /// <summary>Raw losses of the parts, where the output has several losses.</summary>
    public ReadOnlySpan<double> PartLosses => _partLosses;

    /// <summary>What the output adds to the total, summed with the very shares that its seeds were made with.</summary>
    public double Contribution { get; private set; }

    /// <summary>Σ |share × value| of the items: what the rounding of the contribution is measured against.</summary>
    public double Size { get; private set; }

    /// <summary>Share of items of the data set with a label.</summary>
    public double LabelRate { get; }

    /// <summary>Whether there are metrics to bring up to date.</summary>
    public bool HasMetrics => _metrics.Count > 0;

    /// <summary>Whether an item of the batch has a label that counts.</summary>
    public bool HasLabel(int item) => _labelled[item] != 0;

    /// <summary>The labels of an item of the batch; NaN where there is none.</summary>
    public ReadOnlySpan<float> TargetOf(int item) => _targets.AsSpan(item * TargetWidth, TargetWidth);

    /// <summary>Gathers the targets of some rows of the batch. Rows of one batch may be done by several threads.</summary>
    public void LoadTargets(ReadOnlySpan<int> rows, int firstRow)
    {
        for (int r = 0; r < rows.Length && _dataColumns.Length > 0; r++)
        {
            for (int c = 0; c < _dataColumns.Length; c++) _columns[((firstRow + r) * _dataColumns.Length) + c] = _dataColumns[c][rows[r]];
        }
        int width = Positions * TargetWidth;
        var targets = _targets.AsSpan(firstRow * width, rows.Length * width);
        if (width == 1)
        {
            var all = _dataTargets.Span(0, (int)_dataTargets.Length);
            for (int r = 0; r < targets.Length; r++) targets[r] = all[rows[r]];
            return;
        }
        for (int r = 0; r < rows.Length; r++) _dataTargets.Span((long)rows[r] * width, width).CopyTo(targets[(r * width)..]);
    }

    /// <summary>Gathers the weights of a batch and works out every item's share. A mask [rows × positions] leaves items out.</summary>
    public void Begin(ReadOnlySpan<int> rows, double weight, ReadOnlySpan<float> mask)
    {
        int items = rows.Length * Positions;
        Weight = weight;
        Labelled = items;
        double weightSum = items;
        bool uniform = _uniform && !_wholeRows && mask.IsEmpty;
        if (!uniform) GatherWeights(rows, mask, out weightSum);
        DivisorValue = _divisor switch
        {
            Divisor.Batch => items,
            Divisor.BatchLabelRate => items * _labelRate,
            Divisor.SumOfWeights => weightSum,
            Divisor.None => 1,
            _ => Labelled,
        };
        double scale = DivisorValue > 0 ? 1 / DivisorValue : 0;
        if (uniform)
        {
            FillUniform(items, (float)scale, (float)(scale * weight));
            return;
        }
        for (int i = 0; i < items; i++)
        {
            _plainShares[i] = (float)(_weights[i] * scale);
            _gradientShares[i] = (float)(_weights[i] * scale * weight);
        }
    }

    /// <summary>Loss values and seeds of some rows of the batch. Rows of one batch may be done by several threads, unless the loss wants the <see cref="WholeBatch"/>.</summary>
    public void Evaluate(int firstRow, int rows, ReadOnlySpan<float> predictions, ReadOnlySpan<float> mask, Span<float> seeds, int worker)
    {
        int first = firstRow * Positions, items = rows * Positions;
        if (HasMetrics) Links.Apply(_link, predictions, _predictions.AsSpan(first * Width, predictions.Length), _linkWidth);
        if (Settings.Loss is null)
        {
            seeds.Clear();
            return;
        }
        // With a weight of 0 the loss is still shown, so it needs shares that are not 0.
        var shares = Weight == 0 ? _plainShares : _gradientShares;
        Settings.Loss.Evaluate(new LossRows
        {
            Items = items,
            Width = Width,
            Predictions = predictions,
            Targets = _targets.AsSpan(first * TargetWidth, items * TargetWidth),
            Shares = shares.AsSpan(first, items),
            Values = _values.AsSpan(first, items),
            Gradients = seeds,
            LabelWeights = _labelWeights,
            Positions = _wholeRows ? MaskWidth : 1,
            Mask = _wholeRows ? mask : [],
            PartValues = _partValues.AsSpan(first * _partLosses.Length, items * _partLosses.Length),
            Scratch = _scratch.Length == 0 ? [] : _scratch[worker],
        });
        if (Weight == 0) seeds.Clear();
        else Elementwise.ScaleOrZero(seeds, 1, Smallest, seeds);
    }

    /// <summary>Sums the batch in row order.</summary>
    public void Sum(int rows)
    {
        if (Settings.Loss is null) return;
        double raw = 0, contribution = 0, size = 0;
        double scale = DivisorValue > 0 ? 1 / DivisorValue : 0;
        for (int i = 0; i < rows * Positions; i++)
        {
            if (_weights[i] == 0) continue;
            raw += _weights[i] * scale * _values[i];
            double term = (double)_gradientShares[i] * _values[i];
            contribution += term;
            size += Math.Abs(term);
        }
        for (int p = 0; p < _partLosses.Length; p++)
        {
            double part = 0;
            for (int i = 0; i < rows * Positions; i++)
            {
                if (_weights[i] != 0) part += _weights[i] * scale * _partValues[(i * _partLosses.Length) + p];
            }
            _partLosses[p] = part;
        }
        RawLoss = raw;
        Contribution = Weight == 0 ? 0 : contribution;
        Size = Weight == 0 ? 0 : size;
    }

    /// <summary>Which share of the batch's loss is made of its first rows, by their shares; 0 when no row counts.</summary>
    public double ShareOf(int first, int rows)
    {
        double part = 0, whole = 0;
        for (int i = 0; i < rows * Positions; i++)
        {
            whole += _plainShares[i];
            if (i < first * Positions) part += _plainShares[i];
        }
        return whole > 0 ? part / whole : 0;
    }

    /// <summary>Gives the output its weight when the batch was summed with the weight 1 already. The seeds are the caller's to scale.</summary>
    public void Reweigh(double weight)
    {
        Weight = weight;
        Contribution = weight == 0 ? 0 : Contribution * weight;
        Size = weight == 0 ? 0 : Size * Math.Abs(weight);
    }

    /// <summary>The items of the batch whose loss is not finite.</summary>
    public IEnumerable<int> BadItems(int rows) => Enumerable.Range(0, rows * Positions).Where(i => _weights[i] != 0 && !float.IsFinite(_values[i]));

    public void UpdateMetrics(int rows)
    {
        int items = rows * Positions;
        var points = Points(items);
        if (_unitPredictions.Length > 0)
        {
            var toUnits = Settings.ToUnits!;
            for (int i = 0; i < points.Length; i++) _unitPredictions[i] = toUnits(points[i]);
            for (int i = 0; i < items * TargetWidth; i++) _unitTargets[i] = toUnits(_targets[i]);
        }
        for (int m = 0; m < _metrics.Count; m++)
        {
            var (_, metric, state, weighted) = _metrics[m];
            bool units = metric.InUnits && _unitPredictions.Length > 0;
            state.Update(new MetricRows
            {
                Items = items,
                Width = Wide(metric) ? Width : _pointWidth,
                Predictions = Wide(metric) ? _predictions.AsSpan(0, items * Width) : units ? _unitPredictions.AsSpan(0, points.Length) : points,
                Targets = (units ? _unitTargets : _targets).AsSpan(0, items * TargetWidth),
                Weights = (weighted ? _weights : _labelled).AsSpan(0, items),
                Columns = ColumnsOf(_columnsOf[m], items),
            });
        }
    }

    /// <summary>Room for what the metrics see of so many rows.</summary>
    public OutputRows RoomFor(int rows) => new(Name, [.. _metrics.Where(m => !m.Weighted).Select(m => m.Metric)], Start, Settings.ToUnits, rows, Positions, _pointWidth, TargetWidth) { Quantiles = Settings.Loss is { PredictsQuantiles: true } ? new float[rows * Positions * Width] : [], Columns = _metrics.SelectMany(m => m.Metric.Columns).Distinct().ToDictionary(c => c, _ => new double[rows], StringComparer.Ordinal) };

    /// <summary>Copies what the metrics see of the batch to a place among all rows.</summary>
    public void CopyTo(OutputRows all, int firstRow, int rows)
    {
        int first = firstRow * Positions, items = rows * Positions;
        Points(items).CopyTo(all.Predictions.AsSpan(first * _pointWidth));
        if (all.Quantiles.Length > 0) _predictions.AsSpan(0, items * Width).CopyTo(all.Quantiles.AsSpan(first * Width));
        foreach (var (_, metric, _, _) in _metrics) CopyColumns(metric, all, firstRow, rows);
        _targets.AsSpan(0, items * TargetWidth).CopyTo(all.Targets.AsSpan(first * TargetWidth));
        _labelled.AsSpan(0, items).CopyTo(all.Labelled.AsSpan(first));
    }

    private void CopyColumns(Metric metric, OutputRows all, int firstRow, int rows)
    {
        for (int c = 0; c < metric.Columns.Count; c++)
        {
            int place = _columnsOf[_metrics.FindIndex(m => ReferenceEquals(m.Metric, metric))][c];
            for (int r = 0; r < rows; r++) all.Columns[metric.Columns[c]][firstRow + r] = _columns[(r * _dataColumns.Length) + place];
        }
    }

    public void ResetMetrics()
    {
        foreach (var metric in _metrics) metric.State.Reset();
    }

    public IEnumerable<MetricValue> MetricValues()
        => _metrics.Select(m => new MetricValue(Name, m.Name, m.State.Count == 0 ? double.NaN : m.State.Result, m.Metric.Direction == MetricDirection.HigherIsBetter));

    private ReadOnlySpan<double> ColumnsOf(int[] places, int items)
    {
        if (places.Length == 0) return [];
        for (int i = 0; i < items; i++)
        {
            for (int c = 0; c < places.Length; c++) _metricColumns[(i * places.Length) + c] = _columns[(i / Positions * _dataColumns.Length) + places[c]];
        }
        return _metricColumns.AsSpan(0, items * places.Length);
    }

    // What metrics see of a prediction: mostly all of it.
    private ReadOnlySpan<float> Points(int items)
    {
        if (_points.Length == 0) return _predictions.AsSpan(0, items * Width);
        for (int i = 0; i < items; i++) Settings.Loss!.Point(_predictions.AsSpan(i * Width, Width), _points.AsSpan(i * _pointWidth, _pointWidth));
        return _points.AsSpan(0, items * _pointWidth);
    }

    private MetricState Start(Metric metric) => _wholeRows ? metric.Start(MaskWidth, _linkWidth) : metric.Start(Wide(metric) ? Width : _pointWidth);

    // Whether a metric sees the quantiles that are predicted, and not their middle.
    private bool Wide(Metric metric) => metric.JudgesQuantiles && Settings.Loss is { PredictsQuantiles: true };

    // A loss may find that rows cannot count, such as labels longer than what they are to be aligned with.
    private void LeaveOut(int items, ReadOnlySpan<float> mask)
    {
        Settings.Loss!.LeaveOut(new LossRows { Items = items, Width = Width, Positions = MaskWidth, Targets = _targets.AsSpan(0, items * TargetWidth), Mask = mask }, _labelled.AsSpan(0, items));
        for (int i = 0; i < items; i++)
        {
            if (_labelled[i] == 0) _weights[i] = 0;
        }
    }

    private void GatherWeights(ReadOnlySpan<int> rows, ReadOnlySpan<float> mask, out double sum)
    {
        for (int r = 0; r < rows.Length; r++)
        {
            for (int p = 0; p < Positions; p++)
            {
                int item = (r * Positions) + p;
                float w = _uniform ? 1 : _dataWeights is { } kept ? kept[((long)rows[r] * Positions) + p] : ItemWeight(rows[r], p);
                bool labelled = w >= 0 && (_wholeRows || mask.IsEmpty || mask[item] != 0);
                _labelled[item] = labelled ? 1 : 0;
                _weights[item] = labelled ? w : 0;
            }
        }
        int items = rows.Length * Positions;
        if (_wholeRows)
        {
            LoadTargets(rows, 0);                              // which the loss looks at now
            LeaveOut(items, mask);
        }
        Labelled = 0;
        sum = 0;
        for (int i = 0; i < items; i++)
        {
            if (_labelled[i] == 0) continue;
            Labelled++;
            sum += _weights[i];
        }
    }

    // Batches of one size have the same weights and shares: mostly nothing is left to do.
    private void FillUniform(int items, float plain, float gradient)
    {
        if (items <= _uniformItems && (plain, gradient) == _uniformShares) return;
        Array.Fill(_labelled, 1, 0, items);
        Array.Fill(_weights, 1, 0, items);
        Array.Fill(_plainShares, plain, 0, items);
        Array.Fill(_gradientShares, gradient, 0, items);
        (_uniformItems, _uniformShares) = (items, (plain, gradient));
    }

    // The weights, unless all are 1 or they are not to be kept; whether all are 1; and the share of items with a label.
    private (float[]? Weights, bool Uniform, double LabelRate) ItemWeights()
    {
        float[]? weights = _dataTargets.IsMapped ? null : new float[_column.Rows * Positions];
        long labelled = 0;
        bool uniform = true;
        for (int r = 0; r < _column.Rows; r++)
        {
            for (int p = 0; p < Positions; p++)
            {
                float weight = ItemWeight(r, p);
                if (weights is not null) weights[(r * Positions) + p] = weight;
                uniform &= weight == 1;
                if (weight >= 0) labelled++;
            }
        }
        return (uniform ? null : weights, uniform, _column.Rows == 0 ? 0 : (double)labelled / ((long)_column.Rows * Positions));
    }

    // -1: no label.
    private float ItemWeight(int row, int position)
    {
        var item = _dataTargets.Span((((long)row * Positions) + position) * TargetWidth, TargetWidth);
        return HasTarget(item) ? Weigh(row, position, item) : -1;
    }

    // In a set of labels a weight belongs to the label, not to the row.
    private float[] LabelWeights()
        => TargetWidth > 1 && _classWeights is { } weights && Settings.Loss is { TakesLabelWeights: true } ? [.. Enumerable.Range(0, Width).Select(c => (float)weights.GetValueOrDefault(c, 1))] : [];

    private bool HasTarget(ReadOnlySpan<float> target)
    {
        if (Settings.Loss is { } loss) return loss.HasTarget(target);
        foreach (float value in target)
        {
            if (float.IsNaN(value)) return false;
        }
        return true;
    }

    private float Weigh(int row, int position, ReadOnlySpan<float> item)
    {
        double weight = _rowWeights?[row] ?? 1;
        if (_column.Weights is { } own) weight *= own[_column.WeightsPerRow == 1 ? row : ((long)row * _column.WeightsPerRow) + position];
        if (_classWeights is { } classes && _labelWeights.Length == 0) weight *= classes.GetValueOrDefault(ClassOf(item), 1);
        return (float)weight;
    }

    // One number: the class index, rounded; several: the largest, as in a one-hot row.
    private static int ClassOf(ReadOnlySpan<float> target)
    {
        if (target.Length == 1) return (int)MathF.Round(target[0]);
        int best = 0;
        for (int c = 1; c < target.Length; c++)
        {
            if (target[c] > target[best]) best = c;
        }
        return best;
    }
}
