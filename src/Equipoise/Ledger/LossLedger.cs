namespace Equipoise.Ledger;

/// <summary>Append-only account of every step and epoch. Recording a step allocates nothing once its epoch was announced.</summary>
public sealed class LossLedger
{
    // Steps are kept as plain numbers, one row of columns each; entries are made of them when asked for.
    private const int FixedColumns = 5;                        // epoch, step, rows, learning rate, total
    private const int OutputColumns = 4;                       // raw, weight, labelled, divisor
    private const double Tolerance = 1e-6;

    private readonly string[] _outputs;
    private readonly (string Layer, string Kind)[] _penalties;
    private readonly List<EpochEntry> _epochs = [];
    private readonly (string Name, double Weight)[][] _losses; // of each output, where it has several
    private readonly int _columns;
    private double[] _cells = [];

    /// <summary>A ledger for these outputs and penalties.</summary>
    /// <param name="outputs">Names of the outputs that have a loss.</param>
    /// <param name="penalties">Layer and kind of each penalty.</param>
    /// <param name="losses">For each output its losses and their weights within it, where it has several; null: each has one.</param>
    public LossLedger(IReadOnlyList<string> outputs, IReadOnlyList<(string Layer, string Kind)> penalties, IReadOnlyList<IReadOnlyList<(string Name, double Weight)>>? losses = null)
    {
        _losses = [.. outputs.Select((_, k) => losses is null ? [] : losses[k].ToArray())];
        _outputs = [.. outputs];
        _penalties = [.. penalties];
        _columns = FixedColumns + (OutputColumns * _outputs.Length) + _penalties.Length + _losses.Sum(l => l.Length);
    }

    /// <summary>Names of the outputs that have a loss.</summary>
    public IReadOnlyList<string> Outputs => _outputs;

    /// <summary>Layer and kind of each penalty.</summary>
    public IReadOnlyList<(string Layer, string Kind)> PenaltyNames => _penalties;

    /// <summary>For each output its losses and their weights within it; empty where it has one.</summary>
    public IReadOnlyList<IReadOnlyList<(string Name, double Weight)>> LossNames => _losses;

    /// <summary>How many steps are recorded.</summary>
    public int StepCount { get; private set; }

    /// <summary>All epochs.</summary>
    public IReadOnlyList<EpochEntry> Epochs => _epochs;

    /// <summary>The last step.</summary>
    /// <exception cref="InvalidOperationException">There is none yet.</exception>
    public LedgerEntry Last => StepCount > 0 ? Step(StepCount - 1) : throw new InvalidOperationException("The ledger is empty: no step was trained yet.");

    /// <summary>Makes room for so many steps more.</summary>
    public void Announce(int steps)
    {
        int needed = (StepCount + steps) * _columns;
        if (_cells.Length < needed) Array.Resize(ref _cells, Math.Max(needed, _cells.Length + (_cells.Length / 2)));
    }

    /// <summary>Records a step and checks that it adds up to 1e-6 of the size of its terms (see <see cref="StepAccount.Size"/>).</summary>
    /// <exception cref="LedgerException">It does not.</exception>
    public void Record(in StepAccount account)
    {
        Check(account);
        RecordUnchecked(account);
    }

    // For evaluations, where a loss may be infinite without anything being wrong with the account.
    internal void RecordUnchecked(in StepAccount account)
    {
        Announce(1);
        var row = _cells.AsSpan(StepCount * _columns, _columns);
        row[0] = account.Epoch;
        row[1] = account.Step;
        row[2] = account.Rows;
        row[3] = account.LearningRate;
        row[4] = account.Total;
        var cells = row[FixedColumns..];
        for (int k = 0; k < _outputs.Length; k++)
        {
            cells[OutputColumns * k] = account.RawLosses[k];
            cells[(OutputColumns * k) + 1] = account.Weights[k];
            cells[(OutputColumns * k) + 2] = account.Labelled[k];
            cells[(OutputColumns * k) + 3] = account.Divisors[k];
        }
        account.Penalties.CopyTo(cells[(OutputColumns * _outputs.Length)..]);
        account.PartLosses.CopyTo(cells[((OutputColumns * _outputs.Length) + _penalties.Length)..]);
        StepCount++;
    }

    /// <summary>Records an epoch.</summary>
    public void Record(EpochEntry epoch) => _epochs.Add(epoch);

    /// <summary>A step, by its place from 0.</summary>
    public LedgerEntry Step(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, StepCount);
        return Entry(_cells.AsSpan(index * _columns, _columns));
    }

    /// <summary>The mean of steps [first, end), each weighted by its rows.</summary>
    public LedgerEntry Mean(int first, int end)
    {
        double rows = 0;
        Span<double> mean = new double[_columns];
        Span<double> contributions = new double[_outputs.Length];
        for (int s = first; s < end; s++)
        {
            var row = _cells.AsSpan(s * _columns, _columns);
            double n = row[2];
            rows += n;
            for (int c = 4; c < _columns; c++) mean[c] += n * row[c];
            for (int k = 0; k < _outputs.Length; k++) contributions[k] += n * Contribution(row[Column(k)], row[Column(k) + 1]);
        }
        for (int c = 4; c < _columns; c++) mean[c] /= Math.Max(rows, 1);
        var last = _cells.AsSpan((end - 1) * _columns, _columns);
        last[..2].CopyTo(mean);
        mean[2] = rows;
        mean[3] = last[3];
        for (int k = 0; k < _outputs.Length; k++)
        {
            contributions[k] /= Math.Max(rows, 1);
            // The weight that makes the mean equation true; the very weight where it did not move, without the rounding of a mean.
            mean[Column(k) + 1] = Settled(mean[Column(k)] != 0 ? contributions[k] / mean[Column(k)] : mean[Column(k) + 1], last[Column(k) + 1]);
            double labelled = 0;
            for (int s = first; s < end; s++) labelled += _cells[(s * _columns) + Column(k) + 2];
            mean[Column(k) + 2] = labelled;
        }
        return Entry(mean);
    }

    // Of steps [first, end): the raw loss of each output as a mean over the labelled items; NaN where there was none. Batches without a label count for nothing.
    internal double[] LabelledMeans(int first, int end)
    {
        var means = new double[_outputs.Length];
        for (int k = 0; k < means.Length; k++)
        {
            double labelled = 0;
            for (int s = first; s < end; s++)
            {
                double n = _cells[(s * _columns) + Column(k) + 2];
                if (n == 0) continue;
                labelled += n;
                means[k] += n * _cells[(s * _columns) + Column(k)];
            }
            means[k] /= labelled;
        }
        return means;
    }

    private static int Column(int output) => FixedColumns + (OutputColumns * output);

    private static double Settled(double effective, double weight) => Math.Abs(effective - weight) <= 1e-12 * Math.Abs(weight) ? weight : effective;

    private void Check(in StepAccount account)
    {
        double sum = 0, size = Math.Max(Math.Abs(account.Total), account.Size);
        for (int k = 0; k < _outputs.Length; k++)
        {
            double contribution = Contribution(account.RawLosses[k], account.Weights[k]);
            sum += contribution;
            size += Math.Abs(contribution);
        }
        CheckParts(account);
        foreach (double penalty in account.Penalties)
        {
            sum += penalty;
            size += Math.Abs(penalty);
        }
        if (!(Math.Abs(account.Total - sum) <= Tolerance * size))
        {
            throw new LedgerException($"The account of step {account.Step} does not add up: the total is {account.Total:R}, but its terms make {sum:R}. Training stops, since figures that do not add up are worth nothing; please report it.");
        }
    }

    // The losses of one output make up its raw loss.
    private void CheckParts(in StepAccount account)
    {
        int next = 0;
        for (int k = 0; k < _outputs.Length; k++)
        {
            if (_losses[k].Length == 0) continue;
            double sum = 0, size = Math.Max(Math.Abs(account.RawLosses[k]), account.Size);
            foreach (var (_, weight) in _losses[k])
            {
                double part = Contribution(account.PartLosses[next++], weight);
                sum += part;
                size += Math.Abs(part);
            }
            if (!(Math.Abs(account.RawLosses[k] - sum) <= Tolerance * size) && double.IsFinite(sum))
            {
                throw new LedgerException($"The account of step {account.Step} does not add up: the raw loss of '{_outputs[k]}' is {account.RawLosses[k]:R}, but its losses make {sum:R}. Training stops, since figures that do not add up are worth nothing; please report it.");
            }
        }
    }

    private LedgerEntry Entry(ReadOnlySpan<double> row)
    {
        double total = row[4];
        var outputs = new OutputTerm[_outputs.Length];
        int part = Column(_outputs.Length) + _penalties.Length;
        for (int k = 0; k < outputs.Length; k++)
        {
            double raw = row[Column(k)], weight = row[Column(k) + 1];
            double contribution = Contribution(raw, weight);
            outputs[k] = new OutputTerm(_outputs[k], raw, weight, contribution, Share(contribution, total), (long)row[Column(k) + 2], row[Column(k) + 3]);
            if (_losses[k].Length == 0) continue;
            var losses = new LossTerm[_losses[k].Length];
            for (int l = 0; l < losses.Length; l++)
            {
                var (name, own) = _losses[k][l];
                double value = Contribution(row[part], weight * own);
                losses[l] = new LossTerm(name, row[part++], weight * own, value, Share(value, total));
            }
            outputs[k] = outputs[k] with { Losses = losses };
        }
        var penalties = new PenaltyTerm[_penalties.Length];
        for (int p = 0; p < penalties.Length; p++)
        {
            double value = row[Column(_outputs.Length) + p];
            penalties[p] = new PenaltyTerm(_penalties[p].Layer, _penalties[p].Kind, value, Share(value, total));
        }
        return new LedgerEntry((int)row[0], (long)row[1], (long)row[2], row[3], outputs, penalties, total);
    }

    // An output of weight 0 adds nothing, even if its loss is infinite.
    private static double Contribution(double raw, double weight) => weight == 0 ? 0 : raw * weight;

    private static double Share(double value, double total) => total == 0 ? 0 : value / total;
}
