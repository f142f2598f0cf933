namespace Equipoise.Audits;

/// <summary>Figures as a reader meets them, in any order; makes tables of them, one for each part of the data.</summary>
internal sealed class LogDraft
{
    private readonly Dictionary<string, PartDraft> _parts = [];
    private readonly List<string> _order = [];

    /// <summary>Adds a figure. Figures of one part, line, epoch and step make a row.</summary>
    /// <param name="part">Part of the data; null: <c>train</c>.</param>
    /// <param name="key">What tells rows apart: figures with equal keys are of one row, unless the row has that column already.</param>
    /// <param name="line">Line of the file.</param>
    /// <param name="epoch">Epoch; 0 if not known.</param>
    /// <param name="step">Step; 0 if not known.</param>
    /// <param name="column">Name of the figure.</param>
    /// <param name="number">The figure.</param>
    public void Add(string? part, (long, long) key, int line, long epoch, long step, string column, PrintedNumber number)
    {
        part ??= "train";
        if (!_parts.TryGetValue(part, out var draft))
        {
            _parts[part] = draft = new PartDraft();
            _order.Add(part);
        }
        draft.Add(key, line, epoch, step, column, number);
    }

    /// <summary>Whether nothing was found.</summary>
    public bool IsEmpty => _parts.Count == 0;

    /// <summary>The tables, training first.</summary>
    public IReadOnlyList<LogTable> Tables()
        => [.. _order.OrderBy(p => p == "train" ? 0 : p == "valid" ? 1 : 2).Select(p => _parts[p].Table(p))];

    private sealed class PartDraft
    {
        private readonly List<string> _columns = [];
        private readonly Dictionary<string, int> _places = [];
        private readonly List<Row> _rows = [];
        private readonly Dictionary<(long, long), Row> _open = [];

        public void Add((long, long) key, int line, long epoch, long step, string column, PrintedNumber number)
        {
            if (!_places.TryGetValue(column, out int place))
            {
                _places[column] = place = _columns.Count;
                _columns.Add(column);
            }
            if (!_open.TryGetValue(key, out var row) || row.Figures.ContainsKey(place))
            {
                row = new Row(line, epoch, step, []);
                _rows.Add(row);
                _open[key] = row;
            }
            row.Figures[place] = number;
        }

        public LogTable Table(string part)
        {
            int columns = _columns.Count;
            var values = new double[_rows.Count][];
            var halves = new double[_rows.Count][];
            for (int r = 0; r < values.Length; r++)
            {
                values[r] = new double[columns];
                halves[r] = new double[columns];
                Array.Fill(values[r], double.NaN);
                Array.Fill(halves[r], double.NaN);
            }
            for (int c = 0; c < columns; c++)
            {
                int[] rows = [.. Enumerable.Range(0, _rows.Count).Where(r => _rows[r].Figures.ContainsKey(c))];
                PrintedNumber[] numbers = [.. rows.Select(r => _rows[r].Figures[c])];
                double[] widths = ColumnRounding.Halves(numbers);
                for (int i = 0; i < rows.Length; i++)
                {
                    values[rows[i]][c] = numbers[i].Value;
                    halves[rows[i]][c] = widths[i];
                }
            }
            return new LogTable(part, _columns, [.. _rows.Select((r, i) => new LogRow(r.Line, r.Epoch, r.Step, values[i], halves[i]))]);
        }

        private sealed record Row(int Line, long Epoch, long Step, Dictionary<int, PrintedNumber> Figures);
    }
}
