using Equipoise.Losses;

namespace Equipoise.Training;

/// <summary>One loss over several outputs at work on batches of one data set. Allocates nothing after it is made.</summary>
internal sealed class JointBatch
{
    private readonly JointTerm _term;
    private readonly OutputBatch[] _outputs;                   // in the order of the term
    private readonly Data.ColumnValues<float>? _rowWeights;
    private readonly int _positions;
    private readonly int[] _places;
    private readonly int[] _targetPlaces;
    private readonly float[] _weights;                         // of each item of the batch; 0: it does not count
    private readonly float[] _values;
    private readonly Room[] _rooms;                            // of each worker
    private double _scale;

    private sealed class Room(int width, int targets)
    {
        public readonly float[] Linked = new float[width], Predictions = new float[width], Slopes = new float[width], Targets = new float[targets];
    }

    public JointBatch(JointTerm term, OutputBatch[] outputs, Data.ColumnValues<float>? rowWeights, int capacity, int workers)
    {
        _term = term;
        _outputs = [.. term.Outputs.Select(name => outputs.Single(o => o.Name == name))];
        _rowWeights = rowWeights;
        _positions = _outputs[0].Positions;
        _places = Places(o => o.PointWidth);
        _targetPlaces = Places(o => o.TargetWidth);
        _weights = new float[capacity * _positions];
        _values = new float[capacity * _positions];
        _rooms = [.. Enumerable.Range(0, workers).Select(_ => new Room(_places[^1], _targetPlaces[^1]))];
    }

    public string Name => _term.Name;

    public double Weight => _term.Weight;

    public double RawLoss { get; private set; }

    /// <summary>How many items count.</summary>
    public int Counted { get; private set; }

    public double Contribution { get; private set; }

    /// <summary>Σ |term| of the items: what the rounding of the contribution is measured against.</summary>
    public double Size { get; private set; }

    /// <summary>Whether it looks at an output.</summary>
    public bool Reaches(OutputBatch output) => Array.IndexOf(_outputs, output) >= 0;

    /// <summary>Finds the items that count; the outputs have begun the same batch.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="masks">The mask of each output of the model [rows × positions]; empty: it has none.</param>
    public void Begin(ReadOnlySpan<int> rows, float[][] masks)
    {
        Counted = 0;
        for (int i = 0; i < rows.Length * _positions; i++)
        {
            bool counts = true;
            foreach (var output in _outputs)
            {
                float[] mask = masks[output.Index];
                counts &= (mask.Length == 0 || mask[i] != 0) && (!_term.Loss.NeedsLabels || output.HasLabel(i));
            }
            _weights[i] = !counts ? 0 : _rowWeights is null ? 1 : _rowWeights[rows[i / _positions]];
            Counted += counts ? 1 : 0;
        }
        _scale = Counted > 0 ? 1.0 / Counted : 0;
    }

    /// <summary>Values of some rows; slopes are added to the seeds of each output of the model, where these are wanted.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="raw">What each output of the model gives, for all rows of the batch.</param>
    /// <param name="seeds">For all rows of the batch; empty arrays: no gradient is wanted.</param>
    /// <param name="worker">Who does it.</param>
    public void Evaluate(int first, int rows, float[][] raw, float[][] seeds, int worker)
    {
        var room = _rooms[worker];
        for (int i = first * _positions; i < (first + rows) * _positions; i++)
        {
            _values[i] = 0;
            if (_weights[i] == 0) continue;
            for (int k = 0; k < _outputs.Length; k++) Look(k, i, raw[_outputs[k].Index], room);
            Array.Clear(room.Slopes);
            _values[i] = _term.Loss.Evaluate(new JointRow(room.Predictions, room.Targets, room.Slopes, _places, _targetPlaces));
            float share = (float)(_weights[i] * _scale * Weight);
            if (share == 0) continue;
            for (int k = 0; k < _outputs.Length; k++)
            {
                if (seeds[_outputs[k].Index].Length > 0) TakeBack(k, i, share, seeds[_outputs[k].Index], room);
            }
        }
    }

    /// <summary>Sums the batch in row order.</summary>
    public void Sum(int rows)
    {
        double raw = 0, contribution = 0, size = 0;
        for (int i = 0; i < rows * _positions; i++)
        {
            if (_weights[i] == 0) continue;
            raw += _weights[i] * _scale * _values[i];
            double term = (double)(float)(_weights[i] * _scale * Weight) * _values[i];
            contribution += term;
            size += Math.Abs(term);
        }
        RawLoss = raw;
        Contribution = Weight == 0 ? 0 : contribution;
        Size = Weight == 0 ? 0 : size;
    }

    // Predictions and labels of an output as users see them.
    private void Look(int k, int item, float[] raw, Room room)
    {
        var output = _outputs[k];
        int place = _places[k], width = _places[k + 1] - place, targets = _targetPlaces[k + 1] - _targetPlaces[k];
        var linked = room.Linked.AsSpan(place, width);
        Links.Apply(output.Link, raw.AsSpan(item * output.Width, width), linked, width);
        linked.CopyTo(room.Predictions.AsSpan(place));
        output.TargetOf(item).CopyTo(room.Targets.AsSpan(_targetPlaces[k]));
        if (output.Settings.ToUnits is not { } toUnits) return;
        for (int i = 0; i < width; i++) room.Predictions[place + i] = toUnits(linked[i]);
        for (int i = 0; i < targets; i++) room.Targets[_targetPlaces[k] + i] = toUnits(room.Targets[_targetPlaces[k] + i]);
    }

    // Slopes of an output, through its unit and its link, to what its layers gave.
    private void TakeBack(int k, int item, float share, float[] seeds, Room room)
    {
        var output = _outputs[k];
        int place = _places[k], width = _places[k + 1] - place;
        var slopes = room.Slopes.AsSpan(place, width);
        var linked = room.Linked.AsSpan(place, width);
        if (output.Settings is { ToUnits: not null, UnitSlope: { } unitSlope })
        {
            for (int i = 0; i < width; i++) slopes[i] *= unitSlope(linked[i]);
        }
        Links.TakeBack(output.Link, linked, slopes);
        for (int i = 0; i < width; i++) seeds[(item * output.Width) + i] += share * slopes[i];
    }

    private int[] Places(Func<OutputBatch, int> width)
    {
        var places = new int[_outputs.Length + 1];
        for (int k = 0; k < _outputs.Length; k++) places[k + 1] = places[k] + width(_outputs[k]);
        return places;
    }
}
