using Equipoise.Engine.Execution;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;
using Equipoise.Engine.Profiling;
using Equipoise.Optimizers;

namespace Equipoise.Training;

/// <summary>One update of all parameters and of the panels made of them, slice by slice; of tables, row by row where that gives the same bits. Then the constraints.</summary>
/// <remarks>Slices of which the gradient is <see cref="Ready"/> between <see cref="Begin"/> and <see cref="Finish"/> are updated at once, by the worker that has it in its cache.</remarks>
internal sealed class UpdateWork(ParameterStore store, RunningOptimizer optimizer, ConstraintWork constraints, WorkerTeam team) : ITeamWork, IGradientWork
{
    // Smaller tables are in the cache, and are quickly gone through as a whole.
    private const int LeastTable = 64 * 1024;
    private const int RowsAtOnce = 1024;
    private readonly NormWork _norms = new(store, optimizer);
    private readonly bool[] _done = new bool[store.SliceCount];   // in the update at hand, before it comes to the others
    private Item[] _items = [];
    private bool _constrainsTables;
    private long _version;

    // A slice of the store, or rows of a table.
    private readonly record struct Item(int Start, int Length, int Slice, int Block, RowMarks? Marks);

    /// <summary>Where the time of slices that were <see cref="Ready"/> is noted; null for none.</summary>
    public StepProfile? Profile { get; set; }

    /// <summary>Finds out which tables are updated row by row, once the executor that fills the gradients is made. To be called before the first step, and may be called again.</summary>
    public void Prepare()
    {
        var items = new List<Item>();
        var ends = new Dictionary<int, int>();                 // where tables that are updated row by row begin and end
        for (int i = 0; i < store.Parameters.Count; i++)
        {
            var parameter = store.Parameters[i];
            if (parameter.Length < LeastTable || store.MarksOf(parameter) is not { } marks || !optimizer.LeavesOutRows(i)) continue;
            ends.Add(store.OffsetOf(parameter), store.OffsetOf(parameter) + parameter.Length);
            for (int row = 0; row < marks.Rows; row += RowsAtOnce) items.Add(new Item(row, Math.Min(RowsAtOnce, marks.Rows - row), 0, i, marks));
        }
        int tableEnd = 0;
        for (int slice = 0; slice < store.SliceCount; slice++)
        {
            var (start, length) = store.Slice(slice);
            if (ends.TryGetValue(start, out int end)) tableEnd = end;
            if (start >= tableEnd) items.Add(new Item(start, length, slice, 0, null));
        }
        _items = [.. items];
        _constrainsTables = items.Exists(i => i.Marks is not null && constraints.Has(store.Parameters[i.Block]));
        _norms.Prepare();
        _version = -1;
    }

    public void Begin()
    {
        if (optimizer.NeedsNorms) team.Run(_norms, optimizer.Layout.Blocks.Count);
        if (store.Version != _version) optimizer.ForgetParameters();
        optimizer.Begin(store.Gradient, store.Values);
        store.BeginUpdate();
        Array.Clear(_done);
    }

    public void Ready(int firstSlice, ReadOnlySpan<float> gradient, int worker)
    {
        long started = Profile is null ? 0 : StepProfile.Now;
        for (int slice = firstSlice; !gradient.IsEmpty; slice++)
        {
            var (start, length) = store.Slice(slice);
            optimizer.Update(start, store.Values.AsSpan(start, length), gradient[..length]);
            store.SliceWritten(slice);
            _done[slice] = true;
            gradient = gradient[length..];
        }
        Profile?.Add(StepPhase.Update, started, worker);
    }

    public void Finish()
    {
        team.Run(this, _items.Length);
        store.EndUpdate();
        _version = store.Version;
        constraints.Run();
        // What they change elsewhere is no reason to visit all rows of the tables.
        if (!_constrainsTables) _version = store.Version;
    }

    public void Do(int item, int worker)
    {
        var (start, length, slice, block, marks) = _items[item];
        if (marks is not null)
        {
            optimizer.UpdateRows(block, start, length, marks, store.Values, store.Gradient);
            return;
        }
        if (_done[slice]) return;
        optimizer.Update(start, store.Values.AsSpan(start, length), store.Gradient.AsSpan(start, length));
        store.SliceWritten(slice);
    }

    private sealed class NormWork(ParameterStore store, RunningOptimizer optimizer) : ITeamWork
    {
        private RowMarks?[] _marks = [];

        public void Prepare() => _marks = [.. store.Parameters.Select(store.MarksOf)];

        public void Do(int item, int worker) => optimizer.MeasureNorm(item, store.Gradient, _marks[item]);
    }
}
