using Equipoise.Data;

namespace Equipoise.Training;

/// <summary>Brings the rows of the coming batch into memory while the one at hand is computed, on a thread of its own: for data in a mapped file, whose rows may be on the disk only.</summary>
/// <remarks>
/// It reads a byte of every page that a row lies on. Nothing is copied and nothing waits for it: a worker that comes to a row before it is there waits for the disk itself, as it would without. So no bit can change. Allocates nothing after it is made.
/// Data in arrays are not read ahead: see docs/data.md for what was measured.
/// </remarks>
internal sealed class ReadAhead : IDisposable
{
    private readonly List<(ColumnValues<float> Values, int Width)> _numbers = [];
    private readonly List<(ColumnValues<int> Values, int Width)> _indices = [];
    private readonly List<BagColumn> _bags = [];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _lock = new();
    private readonly Thread _thread;
    private int[] _order = [];
    private int _first;
    private int _rows;
    private bool _ended;

    private ReadAhead(Dataset data)
    {
        foreach (var column in data.Inputs.Values)
        {
            if (column is NumbersColumn { Values.IsMapped: true } numbers) _numbers.Add((numbers.Values, numbers.Width));
            else if (column is IndicesColumn { Values.IsMapped: true } indices) _indices.Add((indices.Values, indices.Length));
            else if (column is BagColumn { Indices.IsMapped: true } bag) _bags.Add(bag);
        }
        foreach (var target in data.Targets.Values.Where(t => t.Values.IsMapped)) _numbers.Add((target.Values, target.Width));
        _thread = new Thread(Work) { IsBackground = true, Name = "Equipoise reading ahead" };
    }

    /// <summary>For a data set; null if nothing of it is mapped.</summary>
    public static ReadAhead? For(Dataset data)
    {
        var ahead = new ReadAhead(data);
        if (ahead._numbers.Count + ahead._indices.Count + ahead._bags.Count == 0)
        {
            ahead._wake.Dispose();
            return null;
        }
        ahead._thread.Start();
        return ahead;
    }

    /// <summary>Rows that are wanted soon: order[first .. first + rows].</summary>
    public void Announce(int[] order, int first, int rows)
    {
        lock (_lock) (_order, _first, _rows) = (order, first, rows);
        if (_wake.CurrentCount == 0) _wake.Release();
    }

    public void Dispose()
    {
        lock (_lock) _ended = true;
        _wake.Release();
        _thread.Join();
        _wake.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _wake.Wait();
            int[] order;
            int first, rows;
            lock (_lock)
            {
                if (_ended) return;
                (order, first, rows) = (_order, _first, _rows);
            }
            foreach (int row in order.AsSpan(first, rows)) Touch(row);
        }
    }

    private void Touch(int row)
    {
        foreach (var (values, width) in _numbers) values.Touch((long)row * width, width);
        foreach (var (values, width) in _indices) values.Touch((long)row * width, width);
        foreach (var bag in _bags)
        {
            int start = bag.Offsets[row], length = bag.Offsets[row + 1] - start;
            bag.Indices.Touch(start, length);
            bag.Weights.Touch(start, length);
        }
    }
}
