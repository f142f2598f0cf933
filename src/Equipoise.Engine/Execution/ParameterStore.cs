using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Randomness;

namespace Equipoise.Engine.Execution;

/// <summary>Values and gradients of all parameters, each in one contiguous block. Executors of several plans of one graph share a store.</summary>
public sealed class ParameterStore
{
    private readonly Dictionary<Parameter, int> _offsets = [];
    private readonly List<Panels> _panels = [];
    private readonly Lock _packing = new();
    private readonly Dictionary<Parameter, RowMarks> _marks = [];
    private readonly StoreSlice[] _slices;

    private sealed class Panels(Packed packed, int offset, AlignedFloats? shared)
    {
        public Packed Packed { get; } = packed;
        public int Offset { get; } = offset;
        public int Inner { get; } = InnerOf(packed);
        public int Columns { get; } = ColumnsOf(packed);
        public AlignedFloats Values { get; } = shared ?? new AlignedFloats(MatMul.PackedLength(InnerOf(packed), ColumnsOf(packed)));
        public long Version { get; set; } = -1;
        public bool Refreshed { get; set; }                    // by the update at hand

        private static int InnerOf(Packed packed) => packed.Transposed ? Width(packed) : packed.Parameter.Shape.Positions;

        private static int ColumnsOf(Packed packed) => packed.Transposed ? packed.Parameter.Shape.Positions : Width(packed);

        private static int Width(Packed packed) => packed.Stack?.Columns ?? packed.Parameter.Shape.Width;
    }

    /// <summary>A store for these parameters, filled by their initialisers: each from the stream of the seed and its own name.</summary>
    public ParameterStore(IReadOnlyList<Parameter> parameters, ulong seed)
    {
        int length = 0;
        foreach (var parameter in parameters)
        {
            if (!_offsets.TryAdd(parameter, length)) throw new ArgumentException($"Parameter '{parameter.Name}' is given twice.", nameof(parameters));
            length = checked(length + parameter.Length);
        }
        Parameters = parameters;
        Values = GC.AllocateArray<float>(length, pinned: true);
        Gradient = GC.AllocateArray<float>(length, pinned: true);
        var random = new RandomStream(seed);
        _slices = StoreSlice.Cut(parameters, this);
        foreach (var parameter in parameters) parameter.Initialize(ValuesOf(parameter), random.Derive(parameter.Name));
    }

    /// <summary>A store for all parameters of a plan.</summary>
    public ParameterStore(Plan plan, ulong seed) : this(plan.Parameters, seed)
    {
    }

    /// <summary>The parameters, in the order in which they lie.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>All values. After writing here call <see cref="Touch"/>.</summary>
    public float[] Values { get; }

    /// <summary>All gradients, as the last backward pass left them, but for those that went to an <see cref="Passes.IGradientWork"/> instead. After writing to a table here call <see cref="MarkAllRows"/>.</summary>
    public float[] Gradient { get; }

    /// <summary>Changes with every <see cref="Touch"/>.</summary>
    public long Version { get; private set; }

    /// <summary>Tells that values changed, so that panels are packed anew before they are next used.</summary>
    public void Touch() => Version++;

    /// <summary>Where a parameter begins.</summary>
    public int OffsetOf(Parameter parameter)
        => _offsets.TryGetValue(parameter, out int offset) ? offset : throw new ArgumentException($"Parameter '{parameter.Name}' is not in this store.", nameof(parameter));

    /// <summary>The values of one parameter.</summary>
    public Span<float> ValuesOf(Parameter parameter) => Values.AsSpan(OffsetOf(parameter), parameter.Length);

    /// <summary>The gradient of one parameter.</summary>
    public Span<float> GradientOf(Parameter parameter) => Gradient.AsSpan(OffsetOf(parameter), parameter.Length);

    /// <summary>Which rows of a table have a gradient, the others being zero; null for a parameter of which that is not known.</summary>
    public RowMarks? MarksOf(Parameter parameter) => _marks.GetValueOrDefault(parameter);

    /// <summary>Tells that gradients were written without saying to which rows of tables.</summary>
    public void MarkAllRows()
    {
        foreach (var marks in _marks.Values) marks.MarkAll();
    }

    /// <summary>The store cut into slices of some thousand numbers, for updates by several threads: first number and length, in order, covering everything once.</summary>
    public int SliceCount => _slices.Length;

    /// <summary>First number and length of a slice.</summary>
    public (int Start, int Length) Slice(int slice) => (_slices[slice].Start, _slices[slice].Length);

    /// <summary>The first of the whole slices that these numbers are.</summary>
    /// <exception cref="ArgumentException">They begin or end within a slice.</exception>
    internal int FirstOfWholeSlices(int start, int length)
    {
        int first = SliceAt(start);
        if (first < 0 || (start + length < Values.Length && SliceAt(start + length) < 0)) throw new ArgumentException($"The {length} numbers from {start} on are no whole slices of the store.", nameof(length));
        return first;
    }

    /// <summary>Begins an update in which every slice is written and then handed to <see cref="SliceWritten"/>; <see cref="EndUpdate"/> ends it. Instead of <see cref="Touch"/>.</summary>
    public void BeginUpdate()
    {
        foreach (var panels in _panels) panels.Refreshed = panels.Version == Version;
    }

    /// <summary>Packs what a slice holds of the panels in use, while it is in the cache. Different slices may be handed in by several threads at once.</summary>
    public void SliceWritten(int slice)
    {
        var (start, length) = _slices[slice];
        foreach (var panels in _panels)
        {
            var parameter = panels.Packed.Parameter;
            if (!panels.Refreshed || panels.Offset + parameter.Length <= start || start + length <= panels.Offset) continue;
            // A slice of several small parameters holds each of them whole.
            int first = Math.Max(0, start - panels.Offset) / parameter.Shape.Width, end = Math.Min(parameter.Length, start + length - panels.Offset) / parameter.Shape.Width;
            var values = Values.AsSpan(panels.Offset, parameter.Length);
            if (panels.Packed.Stack is not null) PackStacked(panels, first, end - first, panels.Values.Span);
            else if (panels.Packed.Transposed) MatMul.PackTransposed(values, parameter.Shape.Width, panels.Inner, panels.Columns, panels.Values.Span, first / MatMul.PanelWidth, MatMul.PanelCount(end - first));
            else MatMul.PackRows(values, parameter.Shape.Width, panels.Inner, panels.Columns, panels.Values.Span, first, end - first);
        }
    }

    /// <summary>Ends an update: the values are new, and so are the panels that were in use.</summary>
    public void EndUpdate()
    {
        Touch();
        foreach (var panels in _panels)
        {
            if (panels.Refreshed) panels.Version = Version;
        }
    }

    /// <summary>Marks for the rows of a table, made when first asked for.</summary>
    internal RowMarks MakeMarks(Parameter table)
    {
        lock (_packing)
        {
            if (!_marks.TryGetValue(table, out var marks)) _marks.Add(table, marks = new RowMarks(table.Shape.Positions));
            return marks;
        }
    }

    /// <summary>Marks all rows of all tables but some.</summary>
    internal void MarkAllRowsBut(RowMarks[] kept)
    {
        foreach (var marks in _marks.Values)
        {
            if (Array.IndexOf(kept, marks) < 0) marks.MarkAll();
        }
    }

    internal int PanelsOf(Packed packed)
    {
        lock (_packing)
        {
            int index = _panels.FindIndex(p => p.Packed == packed);
            if (index >= 0) return index;
            var shared = packed.Stack is null ? null : _panels.Find(p => p.Packed.Transposed == packed.Transposed && packed.Stack.Equals(p.Packed.Stack))?.Values;
            _panels.Add(new Panels(packed, OffsetOf(packed.Parameter), shared));
            return _panels.Count - 1;
        }
    }

    internal ReadOnlySpan<float> Packed(int index) => _panels[index].Values.Span;

    internal AlignedFloats PanelsValuesOf(int index) => _panels[index].Values;

    // Whoever packs its own panels has no use for those that updates keep new.
    internal void Forget(ReadOnlySpan<int> indices)
    {
        foreach (int index in indices) _panels[index].Version = -1;
    }

    internal void Repack(ReadOnlySpan<int> indices, WorkerTeam team, PackingWork work)
    {
        lock (_packing)
        {
            work.Clear();
            foreach (int index in indices)
            {
                var panels = _panels[index];
                if (panels.Version == Version) continue;
                panels.Version = Version;
                work.Add(index, panels.Packed.Stack is null ? MatMul.PanelCount(panels.Columns) : 1, panels.Inner);
            }
            team.Run(work, work.Count);
        }
    }

    internal void Pack(int index, Span<float> target) => PackPanels(index, 0, MatMul.PanelCount(_panels[index].Columns), target);

    internal void PackPanels(int index, int first, int count) => PackPanels(index, first, count, _panels[index].Values.Span);

    // The slice that begins there, or -1.
    private int SliceAt(int start)
    {
        int low = 0, high = _slices.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_slices[middle].Start < start) low = middle + 1;
            else high = middle;
        }
        return low < _slices.Length && _slices[low].Start == start ? low : -1;
    }

    private void PackPanels(int index, int first, int count, Span<float> target)
    {
        var panels = _panels[index];
        if (panels.Packed.Stack is not null)
        {
            PackStacked(panels, 0, panels.Packed.Parameter.Shape.Positions, target);
            return;
        }
        var values = Values.AsSpan(panels.Offset, panels.Packed.Parameter.Length);
        int stride = panels.Packed.Parameter.Shape.Width;
        if (panels.Packed.Transposed) MatMul.PackTransposed(values, stride, panels.Inner, panels.Columns, target, first, count);
        else MatMul.Pack(values, stride, panels.Inner, panels.Columns, target, first, count);
    }

    private void PackStacked(Panels panels, int firstRow, int rows, Span<float> target)
    {
        var (parameter, transposed, _) = panels.Packed;
        var values = Values.AsSpan(panels.Offset, parameter.Length);
        if (transposed) MatMul.PackTransposedBelow(values, parameter.Shape.Width, parameter.Shape.Positions, panels.Inner, target, panels.Packed.Offset, firstRow, rows);
        else MatMul.PackBeside(values, parameter.Shape.Width, panels.Inner, panels.Columns, target, panels.Packed.Offset, firstRow, rows);
    }
}
