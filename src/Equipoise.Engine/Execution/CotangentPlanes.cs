using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Execution;

/// <summary>The gradients of nodes for several cotangents at once: one plane [rows, size] for each, one behind the other.</summary>
/// <remarks>Nodes whose gradients share one memory in the plan share it here.</remarks>
internal sealed class CotangentPlanes
{
    private readonly AlignedFloats _memory;
    private readonly int[] _starts;                            // by node; −1: none
    private readonly int[] _sizes;
    private readonly Executor _executor;
    private readonly AlignedFloats[] _work;                    // of each worker

    /// <param name="executor">Whose nodes.</param>
    /// <param name="count">How many planes.</param>
    /// <param name="wanted">By node: whether it has planes.</param>
    /// <param name="held">Whether the gradients of a node's parameters are held for each of them.</param>
    public CotangentPlanes(Executor executor, int count, bool[] wanted, Func<NodePlan, bool> held)
    {
        _executor = executor;
        var nodes = executor.Plan.NodePlans;
        _starts = new int[nodes.Length];
        _sizes = new int[nodes.Length];
        Array.Fill(_starts, -1);
        int total = 0;
        foreach (var node in nodes)
        {
            if (!wanted[node.Index]) continue;
            int home = HomeOf(node).Index;
            if (_starts[home] < 0)
            {
                _starts[home] = total;
                _sizes[home] = node.Node.Shape.Size;
                total = checked(total + Compilation.BufferPlanner.Rounded(count * executor.Capacity * _sizes[home]));
            }
            _starts[node.Index] = _starts[home];
            _sizes[node.Index] = _sizes[home];
        }
        _memory = new AlignedFloats(total);
        int work = count > 1 ? nodes.Where(held).Select(n => n.Operation.PlaneWork(n.Node.Shapes, executor.Capacity)).DefaultIfEmpty(0).Max() : 0;
        _work = [.. Enumerable.Range(0, executor.Team.Workers).Select(_ => new AlignedFloats(work))];
        Bytes = sizeof(float) * ((long)total + ((long)_work.Length * work));
    }

    /// <summary>Bytes of all planes and the working memory.</summary>
    public long Bytes { get; }

    /// <summary>Floats that a row of these nodes would take in one plane.</summary>
    public static long FloatsOfRow(Executor executor, bool[] wanted)
        => executor.Plan.NodePlans.Where(n => wanted[n.Index]).Select(HomeOf).Distinct().Sum(n => (long)n.Node.Shape.Size);

    /// <summary>Whether a node has planes.</summary>
    public bool Has(NodePlan node) => _starts[node.Index] >= 0;

    /// <summary>The rows of the block at hand, of its cotangent; nothing for a node without planes.</summary>
    public Span<float> Rows(NodePlan node, BlockMemory block)
        => Has(node) ? Plane(node, block.Cotangent).Slice(block.FirstRow * _sizes[node.Index], block.Rows * _sizes[node.Index]) : [];

    /// <summary>The rows of the block at hand, of its cotangents: from the first row of the first to the last row of the last.</summary>
    public Span<float> RowsOfSeveral(NodePlan node, BlockMemory block)
        => _memory.Span.Slice(_starts[node.Index] + (block.Cotangent * PlaneLength(node)) + (block.FirstRow * _sizes[node.Index]), ((block.Cotangents - 1) * PlaneLength(node)) + (block.Rows * _sizes[node.Index]));

    /// <summary>Numbers from one plane of a node to the next.</summary>
    public int PlaneLength(NodePlan node) => _executor.BatchRows * _sizes[node.Index];

    /// <summary>Working memory of a worker, as large as the operations say (<see cref="Graphs.Operation.PlaneWork"/>).</summary>
    public Span<float> WorkOf(int worker) => _work[worker].Span;

    /// <summary>All rows of some planes: from the first row of the first to the last row of the last.</summary>
    public Span<float> AllRowsOfSeveral(NodePlan node, int first, int count) => _memory.Span.Slice(_starts[node.Index] + (first * PlaneLength(node)), count * PlaneLength(node));

    /// <summary>All rows of a plane; nothing for a node without planes.</summary>
    public Span<float> AllRows(NodePlan node, int plane) => Has(node) ? Plane(node, plane) : [];

    /// <summary>Planes from the first on, one behind the other: a matrix [planes, rows × size].</summary>
    public Span<float> All(NodePlan node, int planes) => _memory.Span.Slice(_starts[node.Index], planes * _executor.BatchRows * _sizes[node.Index]);

    private static NodePlan HomeOf(NodePlan node)
    {
        while (node.GradientHome is { } home) node = home;
        return node;
    }

    private Span<float> Plane(NodePlan node, int plane)
    {
        int length = PlaneLength(node);
        return _memory.Span.Slice(_starts[node.Index] + (plane * length), length);
    }
}
