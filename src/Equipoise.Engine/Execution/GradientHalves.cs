using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Execution;

/// <summary>Gradients of parameters as the sum of two halves of the batch, each summed by workers that computed its rows: of what is in another processor's cache they read the finished half only.</summary>
/// <remarks>
/// Which gradients are halved, and where, follows from shapes and the number of rows alone (<see cref="Operation.SumsHalves"/>), so the number of workers changes no bit.
/// The first half is summed where the gradient belongs, the second in memory of its own, and added slice by slice of the store.
/// </remarks>
internal sealed unsafe class GradientHalves : ITeamWork, IDisposable
{
    private const int LeastRows = 128;

    private readonly Tile[] _tiles;
    private readonly Tile[] _rowTiles;
    private readonly ParameterStore _store;
    private readonly int[]?[] _offsets;                        // in the memory of second halves, by node
    private readonly NativeFloats _second;
    private readonly List<Range> _ranges = [];
    private readonly int[] _slices;                            // of the store, that hold a halved gradient: a large table is no part of it
    private readonly List<TileRows> _items;
    private int _rows;
    private bool _byRows;
    private int _mostRows;                                     // of the parts of the batch

    /// <param name="pass">The pass over parameters.</param>
    /// <param name="nodes">Of the plan.</param>
    /// <param name="parameterOffsets">Where each node's parameters begin in the store.</param>
    /// <param name="store">Has the gradient.</param>
    /// <param name="capacity">The most rows of a batch.</param>
    public GradientHalves(PlanPass pass, NodePlan[] nodes, int[][] parameterOffsets, ParameterStore store, int capacity)
    {
        _tiles = [.. pass.Tiles];
        _rowTiles = [.. pass.RowTiles];
        _store = store;
        _offsets = new int[]?[nodes.Length];
        _items = new List<TileRows>(2 * Math.Max(_tiles.Length, _rowTiles.Length));
        int length = 0;
        foreach (var tile in _tiles)
        {
            var node = tile.Nodes[0];
            if (!IsHalved(tile, capacity) || _offsets[node.Index] is not null) continue;
            var parameters = node.Operation.Parameters;
            var offsets = _offsets[node.Index] = new int[parameters.Count];
            for (int i = 0; i < parameters.Count; i++)
            {
                offsets[i] = length;
                _ranges.Add(new Range(node, parameterOffsets[node.Index][i], length, parameters[i].Length));
                length += BufferPlanner.Rounded(parameters[i].Length);
            }
        }
        _second = new NativeFloats(length);
        _slices = [.. Enumerable.Range(0, store.SliceCount).Where(i => _ranges.Exists(r => r.Start < store.Slice(i).Start + store.Slice(i).Length && store.Slice(i).Start < r.Start + r.Length))];
    }

    /// <summary>Whether halves pay for the gradient of a kernel [inner, columns] that vectors are multiplied with: where the rows to be read from another processor are more than the gradient.</summary>
    public static bool Pay(NodeShapes shapes, int rows, int inner, int columns)
        => shapes.Output.Rank == 1 && rows >= LeastRows && (long)rows * (inner + columns) >= 2L * inner * columns;

    /// <summary>Whether halves pay for the gradient of a kernel that slides over an input.</summary>
    public static bool Pay(NodeShapes shapes, int rows, int kernel) => rows > 1 && (long)rows * (shapes.Inputs[0].Size + shapes.Output.Size) >= 4L * kernel;

    /// <summary>Pieces of work for the rows at hand: first and second halves in turn, then the tiles that sum all rows.</summary>
    public List<TileRows> Items => _items;

    /// <summary>How many slices of the store have a halved gradient.</summary>
    public int Slices => _slices.Length;

    /// <summary>Whether second halves wait to be added.</summary>
    public bool AreToBeJoined { get; set; }

    /// <summary>Chooses the pieces for so many rows: the first of a batch, or no more after them.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="isFirst">Whether they are the first of the batch.</param>
    /// <param name="byRows">Whether to cut kernels that are summed over all rows of the batch by their own rows.</param>
    public void Begin(int rows, bool isFirst, bool byRows)
    {
        if (isFirst)
        {
            _mostRows = rows;
            foreach (var range in _ranges) AreToBeJoined |= SumsHalves(range.Node, rows);
        }
        if (rows == _rows && byRows == _byRows) return;
        (_rows, _byRows) = (rows, byRows);
        _items.Clear();
        int half = (rows + 1) / 2;
        foreach (var tile in _tiles)
        {
            if (!IsHalved(tile, rows)) continue;
            _items.Add(new TileRows(tile, 0, half));
            _items.Add(new TileRows(tile, half, rows - half));
        }
        foreach (var tile in byRows ? _rowTiles : _tiles)
        {
            if (!IsHalved(tile, rows)) _items.Add(new TileRows(tile, 0, rows));
        }
    }

    /// <summary>Where the second half of the gradient of a node's parameter goes.</summary>
    public Span<float> Second(NodePlan node, int parameter) => new(_second.Pointer + _offsets[node.Index]![parameter], node.Operation.Parameters[parameter].Length);

    /// <summary>Adds what one of the <see cref="Slices"/> has of second halves.</summary>
    public void Do(int item, int worker)
    {
        var (start, length) = _store.Slice(_slices[item]);
        foreach (var range in _ranges)
        {
            int first = Math.Max(start, range.Start), end = Math.Min(start + length, range.Start + range.Length);
            if (first >= end || !SumsHalves(range.Node, _mostRows)) continue;
            var gradient = _store.Gradient.AsSpan(first, end - first);
            Elementwise.Add(gradient, new ReadOnlySpan<float>(_second.Pointer + range.Second + (first - range.Start), end - first), gradient);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _second.Dispose();

    // Nodes with the same parameters are summed one after the other.
    private static bool IsHalved(Tile tile, int rows) => tile.Nodes.Length == 1 && SumsHalves(tile.Nodes[0], rows);

    private static bool SumsHalves(NodePlan node, int rows) => node.Operation.SumsHalves(node.Node.Shapes, rows);

    private readonly record struct Range(NodePlan Node, int Start, int Second, int Length);
}
