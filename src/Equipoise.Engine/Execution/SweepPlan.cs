using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;

namespace Equipoise.Engine.Execution;

/// <summary>Works out once what each output's backward runs through, in which form the gradients of parameters are held, and where.</summary>
/// <remarks>
/// The target holds [outputs, columns] of the shared parameters in scope whose gradients are held as they are, then the private parameters that are held, then a place for gradients that nobody wants.
/// Where all rows are asked for everything is held; else private parameters are not, nor those of dense layers whose inner products are cheaper from the rows of the batch.
/// </remarks>
internal sealed class SweepPlan
{
    private const int None = -1;
    // A product of an inner product costs about as much as this many operations of a matrix product.
    private const double CostOfInner = 5;
    // Of a product with a triangle, which is cut by 64 columns, so many rows are done for nothing.
    private const double Half = 64;
    // Of a row: the planes of all outputs should not be far while a block of rows is walked. Measured: convolutions over 36 × 36 images (15,000 floats) take up to twice as long in planes as one output after the other.
    private const long MostFloatsOfRow = 4096;

    private readonly Dictionary<Parameter, int> _columns = [];
    private readonly Dictionary<Parameter, int> _privates = [];
    private readonly HashSet<Parameter> _inScope;
    private readonly Dictionary<Parameter, int> _privateOf = [];
    private readonly int _unwanted;
    private readonly Executor _executor;
    private readonly int[] _outputs;
    private readonly bool _features;
    private readonly GradientForm[] _forms;                    // by node
    private readonly int[] _owners;                            // by node

    public SweepPlan(Executor executor, IReadOnlyList<int> outputs, GradientScope scope, bool rows)
    {
        _executor = executor;
        _outputs = [.. outputs];
        _features = scope == GradientScope.SharedFeatures;
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
        Shared = scope switch { GradientScope.AllShared => [.. shared], GradientScope.LastShared => [.. LastOf(shared)], _ => [] };
        CoversAll = Shared.Length == shared.Count;
        Private = [.. privates];
        _inScope = [.. Shared];
        foreach (var (parameter, output) in privates) _privateOf.Add(parameter, output);
        Sweeps = [.. Enumerable.Range(0, _outputs.Length).Select(_ => new GradientSweep(plan.NodePlans.Length))];
        for (int i = 0; i < _outputs.Length; i++) FindWanted(Sweeps[i], i);
        Features = _features ? FindFeatures() : [];
        foreach (var sweep in Sweeps) MarkFirstGradients(sweep);
        var planed = HasPlanes();
        Stacks = plan.NodePlans.All(n => !planed[n.Index] || (n.Delta.Kind == BufferKind.None && !n.HasStatistics)) 
            && (_features || CotangentPlanes.FloatsOfRow(executor, planed) <= MostFloatsOfRow);
        if (_features && !Stacks) throw new NotSupportedException("The gradients of the shared features cannot be had here: layers of one output alone have batch normalisation or are recurrent. Take the last shared layers instead: scope last_shared.");
        _forms = FindForms(rows);
        _owners = [.. plan.NodePlans.Select(n => n.Operation.Parameters.Where(p => p.Trainable).Select(p => _privateOf.GetValueOrDefault(p, None)).FirstOrDefault(None))];
        int length = Place();
        _unwanted = length;
        Target = new float[checked(length + plan.Parameters.Select(p => p.Length).DefaultIfEmpty(0).Max())];
        Planes = Stacks ? new CotangentPlanes(executor, _outputs.Length, planed, n => FormOf(n) == GradientForm.Held) : null;
        for (int i = 0; i < _outputs.Length; i++) Finish(Sweeps[i], i);
    }

    /// <summary>Shared parameters in scope.</summary>
    public Parameter[] Shared { get; }

    /// <summary>Parameters that one of the outputs reaches alone, and which.</summary>
    public (Parameter Parameter, int Output)[] Private { get; }

    /// <summary>Whether all shared parameters are in scope.</summary>
    public bool CoversAll { get; }

    public int Columns { get; private set; }

    public float[] Target { get; }

    public GradientSweep[] Sweeps { get; }

    /// <summary>Whether all outputs' backward runs at once.</summary>
    public bool Stacks { get; }

    /// <summary>The gradients of nodes, if all outputs' backward runs at once.</summary>
    public CotangentPlanes? Planes { get; }

    /// <summary>The nodes whose gradients are compared, if those are the shared features.</summary>
    public NodePlan[] Features { get; }

    /// <summary>Whether a sweep gives gradients of parameters by itself.</summary>
    public bool GivesParameters => Array.Exists(Sweeps, s => Array.Exists(s.Offsets, o => o is not null));

    /// <summary>Place among the columns; −1 where the gradients are not held.</summary>
    public int ColumnOf(Parameter parameter) => _columns.GetValueOrDefault(parameter, None);

    /// <summary>Place in the target of a private parameter; −1 where its gradient is not held.</summary>
    public int PlaceOf(Parameter parameter) => _privates.GetValueOrDefault(parameter, None);

    public GradientForm FormOf(NodePlan node) => _forms[node.Index];

    /// <summary>The output that a node's parameters belong to alone; −1: they are shared.</summary>
    public int OwnerOf(NodePlan node) => _owners[node.Index];

    private bool IsWanted(Parameter parameter) => _inScope.Contains(parameter) || _privateOf.ContainsKey(parameter);

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

    private void FindWanted(GradientSweep sweep, int output)
    {
        foreach (var node in _executor.Plan.NodePlans)
        {
            if (!node.NeedsGradient || !node.Reach.Contains(_outputs[output])) continue;
            bool wants = node.HasParameterGradient && node.Operation.Parameters.Any(IsWanted);
            for (int i = 0; i < node.Inputs.Length; i++) wants |= node.InputGradients[i] && (_features || sweep.Wants[node.Inputs[i].Index]);
            sweep.Wants[node.Index] = sweep.Receives[node.Index] = wants && (!_features || IsPrivate(node));
        }
    }

    // As in the plan, but of the nodes that run for this output: where it reaches one head of many, that head is the first.
    private void MarkFirstGradients(GradientSweep sweep)
    {
        var plan = _executor.Plan;
        foreach (var node in plan.OutputPlans.Concat(plan.WatchedPlans)) sweep.Written[node.Index] = true;
        foreach (var node in plan.NodePlans) sweep.Accumulates[node.Index] = [.. node.Accumulates];
        foreach (var node in plan.Passes.SelectMany(p => p.Backward).Where(n => sweep.Wants[n.Index]))
        {
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                int input = node.Inputs[i].Index;
                if (!node.InputGradients[i] || !sweep.Receives[input]) continue;
                sweep.Accumulates[node.Index][i] = sweep.Written[input];
                sweep.Written[input] = true;
            }
        }
    }

    private bool IsPrivate(NodePlan node) => _outputs.Count(o => node.Reach.Contains(o)) < 2;

    // What several outputs reach and layers of one alone read, or what is an output itself.
    private NodePlan[] FindFeatures()
    {
        var features = new List<NodePlan>();
        foreach (var node in _executor.Plan.NodePlans.Where(n => n.NeedsGradient && !IsPrivate(n)))
        {
            bool read = Array.Exists(_outputs, o => _executor.Plan.OutputPlans[o] == node)
                || _executor.Plan.NodePlans.Any(n => Array.Exists(Sweeps, s => s.Wants[n.Index]) && n.Inputs.Where((input, at) => input == node && n.InputGradients[at]).Any());
            if (!read) continue;
            features.Add(node);
            foreach (var sweep in Sweeps) sweep.Receives[node.Index] = true;
        }
        return [.. features];
    }

    private bool[] HasPlanes()
    {
        var plan = _executor.Plan;
        var planed = new bool[plan.NodePlans.Length];
        foreach (var sweep in Sweeps)
        {
            for (int n = 0; n < planed.Length; n++) planed[n] |= sweep.Receives[n];
        }
        return planed;
    }

    // Groups of nodes that share parameters have one form.
    private GradientForm[] FindForms(bool rows)
    {
        var nodes = _executor.Plan.NodePlans;
        var forms = new GradientForm[nodes.Length];
        foreach (var group in Groups())
        {
            Parameter[] parameters = [.. group.SelectMany(n => n.Operation.Parameters).Where(p => p.Trainable).Distinct()];
            var form = !parameters.Any(IsWanted) ? GradientForm.None : rows || !Stacks ? GradientForm.Held : FormOf(group, parameters);
            foreach (var node in group) forms[node.Index] = form;
        }
        return forms;
    }

    private GradientForm FormOf(NodePlan[] group, Parameter[] parameters)
    {
        bool late = Array.TrueForAll(group, n => n.Operation.Keeps.HasFlag(Keeps.OutputGradientForParameters) && n.Gradient.Kind == BufferKind.Batch);
        if (!late) return GradientForm.Held;
        if (Array.TrueForAll(parameters, p => _privateOf.TryGetValue(p, out int owner) && owner == _privateOf.GetValueOrDefault(parameters[0], None))) return GradientForm.Later;
        return group is [{ Operation: Affine affine } node] && Array.TrueForAll(parameters, _inScope.Contains) && affine.Parameters.All(p => p.Trainable) && node.Node.Shape.Positions == 1
            && node.Inputs[0].Value.Kind == BufferKind.Batch && IsCheaperByRows(affine) ? GradientForm.ByRows : GradientForm.Held;
    }

    // Inner products from the gradients themselves, or from the rows: see RowProducts.
    private bool IsCheaperByRows(Affine affine)
    {
        double rows = _executor.Capacity, inner = affine.Kernel.Shape[0], columns = affine.Kernel.Shape[1], k = _outputs.Length, pairs = k * (k + 1) / 2;
        double held = (2 * k * rows * inner * columns) + (CostOfInner * pairs * inner * columns);
        double half = (rows + Half) / 2;
        double byRows = (2 * rows * half * inner) + (2 * k * rows * half * columns) + (CostOfInner * k * k * rows * columns) + (2 * rows * inner * columns);
        return byRows < held;
    }

    private IEnumerable<NodePlan[]> Groups() => _executor.Plan.Passes.Where(p => p.Kind == PassKind.Parameters).SelectMany(p => p.Tiles).Select(t => t.Nodes).Distinct();

    // Gives columns and places to the gradients that are held; returns their number.
    private int Place()
    {
        var held = _executor.Plan.NodePlans.Where(n => _forms[n.Index] == GradientForm.Held).SelectMany(n => n.Operation.Parameters).ToHashSet();
        foreach (var parameter in Shared.Where(held.Contains))
        {
            _columns.Add(parameter, Columns);
            Columns = checked(Columns + parameter.Length);
        }
        int length = checked(_outputs.Length * Columns);
        foreach (var (parameter, _) in Private.Where(p => held.Contains(p.Parameter)))
        {
            _privates.Add(parameter, length);
            length = checked(length + parameter.Length);
        }
        return length;
    }

    private void Finish(GradientSweep sweep, int output)
    {
        sweep.Target = Target;
        foreach (var node in _executor.Plan.NodePlans)
        {
            if (!sweep.Wants[node.Index] || !node.HasParameterGradient || _forms[node.Index] != GradientForm.Held) continue;
            int[] offsets = [.. node.Operation.Parameters.Select(p => OffsetOf(p, output))];
            if (Array.Exists(offsets, o => o != None)) sweep.Offsets[node.Index] = [.. offsets.Select(o => o == None ? _unwanted : o)];
        }
        foreach (var group in Groups())
        {
            if (group.Length > 1) ShareParameters(group, sweep, output);
        }
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
