using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;

namespace Equipoise.Engine.Execution;

/// <summary>Works out once where each output's gradients go: rows of the shared parameters in scope, one place for every private parameter.</summary>
/// <remarks>The target holds [outputs, columns] of the shared parameters, then the private parameters, then a place for gradients that nobody wants.</remarks>
internal sealed class SweepPlan
{
    private const int None = -1;

    private readonly Dictionary<Parameter, int> _columns = [];
    private readonly Dictionary<Parameter, int> _privates = [];
    private readonly int _unwanted;
    private readonly Executor _executor;
    private readonly int[] _outputs;

    public SweepPlan(Executor executor, IReadOnlyList<int> outputs, GradientScope scope)
    {
        _executor = executor;
        _outputs = [.. outputs];
        var plan = executor.Plan;
        var shared = new List<Parameter>();
        var privates = new List<(Parameter Parameter, int Output)>();
        foreach (var parameter in plan.Parameters.Where(p => p.Trainable))
        {
            int[] reached = [.. Enumerable.Range(0, _outputs.Length).Where(i => plan.ReachOf(parameter).Contains(_outputs[i]))];
            // With a single output there is nothing to share: then all of its parameters stand for it.
            if (reached.Length >= Math.Min(2, _outputs.Length) && reached.Length > 0) shared.Add(parameter);
            else if (reached.Length == 1) privates.Add((parameter, reached[0]));
        }
        var inScope = scope == GradientScope.AllShared ? shared : LastOf(shared);
        CoversAll = inScope.Count == shared.Count;
        Shared = [.. inScope];
        foreach (var parameter in inScope)
        {
            _columns.Add(parameter, Columns);
            Columns = checked(Columns + parameter.Length);
        }
        int length = checked(_outputs.Length * Columns);
        foreach (var (parameter, _) in privates)
        {
            _privates.Add(parameter, length);
            length = checked(length + parameter.Length);
        }
        Private = [.. privates];
        _unwanted = length;
        Target = new float[checked(length + plan.Parameters.Select(p => p.Length).DefaultIfEmpty(0).Max())];
        Sweeps = [.. Enumerable.Range(0, _outputs.Length).Select(MakeSweep)];
    }

    /// <summary>Shared parameters in scope, in the order of the columns.</summary>
    public Parameter[] Shared { get; }

    /// <summary>Parameters that one of the outputs reaches alone, and which.</summary>
    public (Parameter Parameter, int Output)[] Private { get; }

    /// <summary>Whether all shared parameters are in scope.</summary>
    public bool CoversAll { get; }

    public int Columns { get; }

    public float[] Target { get; }

    public GradientSweep[] Sweeps { get; }

    public int ColumnOf(Parameter parameter) => _columns[parameter];

    public int PlaceOf(Parameter parameter) => _privates[parameter];

    // Those after which no node with another shared parameter comes. A layer that is applied to its own result does not stand in its own way.
    private List<Parameter> LastOf(List<Parameter> shared)
    {
        var nodes = _executor.Plan.NodePlans;
        var last = new List<Parameter>();
        foreach (var parameter in shared)
        {
            var behind = new bool[nodes.Length];
            bool followed = false;
            foreach (var node in nodes)
            {
                bool own = node.Operation.Parameters.Contains(parameter);
                bool after = Array.Exists(node.Inputs, i => behind[i.Index]);
                followed |= after && !own && node.Operation.Parameters.Any(shared.Contains);
                behind[node.Index] = own || after;
            }
            if (!followed) last.Add(parameter);
        }
        return last;
    }

    private GradientSweep MakeSweep(int output)
    {
        var nodes = _executor.Plan.NodePlans;
        var sweep = new GradientSweep(nodes.Length, Target);
        foreach (var node in nodes)
        {
            if (!node.NeedsGradient || !node.Reach.Contains(_outputs[output])) continue;
            int[] offsets = [.. node.Operation.Parameters.Select(p => OffsetOf(p, output))];
            if (node.HasParameterGradient && Array.Exists(offsets, o => o != None)) sweep.Offsets[node.Index] = [.. offsets.Select(o => o == None ? _unwanted : o)];
            sweep.Wants[node.Index] = sweep.Offsets[node.Index] is not null;
            for (int i = 0; i < node.Inputs.Length; i++) sweep.Wants[node.Index] |= node.InputGradients[i] && sweep.Wants[node.Inputs[i].Index];
        }
        foreach (var group in _executor.Plan.Passes.Where(p => p.Kind == PassKind.Parameters).SelectMany(p => p.Tiles).Select(t => t.Nodes).Distinct())
        {
            if (group.Length > 1) ShareParameters(group, sweep, output);
        }
        return sweep;
    }

    // Of nodes that share parameters some may reach the output and some not: then no one of them can count on an earlier one.
    private void ShareParameters(NodePlan[] group, GradientSweep sweep, int output)
    {
        if (Array.TrueForAll(group, n => sweep.Offsets[n.Index] is not null)) return;
        foreach (var node in group)
        {
            if (sweep.Offsets[node.Index] is null) continue;
            sweep.Adds[node.Index] = true;
            foreach (var parameter in node.Operation.Parameters)
            {
                int offset = OffsetOf(parameter, output);
                if (offset != None && !sweep.Cleared.Contains((offset, parameter.Length))) sweep.Cleared.Add((offset, parameter.Length));
            }
        }
    }

    private int OffsetOf(Parameter parameter, int output)
        => _columns.TryGetValue(parameter, out int column) ? (output * Columns) + column : _privates.TryGetValue(parameter, out int place) ? place : None;
}
