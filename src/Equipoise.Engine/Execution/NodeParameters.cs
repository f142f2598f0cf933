using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;

namespace Equipoise.Engine.Execution;

/// <summary>Where the parameters of a plan's nodes lie in a store, with their panels and the marks of tables' rows.</summary>
internal sealed class NodeParameters
{
    private const int Unused = -1;
    private readonly ParameterStore _store;
    private readonly int[][] _panelsOf;                        // in the store, by node
    private readonly RowMarks?[][] _marksOf;                   // by node

    public NodeParameters(Plan plan, ParameterStore store)
    {
        _store = store;
        Offsets = [.. plan.NodePlans.Select(n => n.Operation.Parameters.Select(store.OffsetOf).ToArray())];
        _panelsOf = [.. plan.NodePlans.Select(n => n.Operation.Packed.Select(p => IsUsed(p, n) ? store.PanelsOf(p) : Unused).ToArray())];
        Panels = [.. _panelsOf.SelectMany(p => p).Where(p => p != Unused).Distinct().Order()];
        _marksOf = [.. plan.NodePlans.Select(n => n.Operation.Parameters.Select(p => IsMarked(plan, p) ? store.MakeMarks(p) : null).ToArray())];
        MarkedTables = [.. _marksOf.SelectMany(m => m).OfType<RowMarks>().Distinct()];
    }

    /// <summary>Where each parameter begins in the store, by node.</summary>
    public int[][] Offsets { get; }

    /// <summary>The store's panels that the plan reads.</summary>
    public int[] Panels { get; }

    /// <summary>Marks of the tables of whose gradients some rows only are written.</summary>
    public RowMarks[] MarkedTables { get; }

    /// <summary>Values of a parameter.</summary>
    public Span<float> Values(NodePlan node, int parameter) => _store.Values.AsSpan(Offsets[node.Index][parameter], node.Operation.Parameters[parameter].Length);

    /// <summary>The store's gradient of a parameter.</summary>
    public Span<float> Gradient(NodePlan node, int parameter) => _store.Gradient.AsSpan(Offsets[node.Index][parameter], node.Operation.Parameters[parameter].Length);

    /// <summary>The store's number of a node's panels.</summary>
    public int PanelsOf(NodePlan node, int packed) => _panelsOf[node.Index][packed];

    /// <summary>Marks of a parameter, if it is a table of which some rows only are written.</summary>
    public RowMarks? Marks(NodePlan node, int parameter) => _marksOf[node.Index][parameter];

    private static bool IsUsed(Packed packed, NodePlan node) => packed.Use switch
    {
        PackedUse.Backward => node.NeedsGradient,
        PackedUse.InputGradient => node.InputGradients.Length > 0 && node.InputGradients[0],
        _ => true,
    };

    // Where every operation that has the table says which rows it writes.
    private static bool IsMarked(Plan plan, Parameter table) => plan.Mode != Mode.Inference && table.Trainable && plan.NodePlans.All(n =>
    {
        var parameters = n.Operation.Parameters;
        return !Enumerable.Range(0, parameters.Count).Any(i => parameters[i] == table && !n.Operation.MarksRows(i));
    });
}
