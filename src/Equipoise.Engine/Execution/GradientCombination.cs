using Equipoise.Engine.Graphs;
using Equipoise.Engine.Kernels;
using Equipoise.Engine.Passes;

namespace Equipoise.Engine.Execution;

/// <summary>Puts the gradients of several outputs together in the store: Σ weight × gradient, from what is held of each parameter, or from the weighted gradients of the nodes.</summary>
internal sealed class GradientCombination : ITeamWork
{
    /// <summary>With fewer numbers, those of all outputs, one thread is quicker.</summary>
    public const int LeastParallelNumbers = 50_000;

    private const int PieceOfSum = 2048;

    private readonly Executor _executor;
    private readonly SweepPlan _plan;
    private readonly List<GradientPiece> _pieces;
    private readonly NodePlan[] _later;                        // nodes whose parameters' gradients are formed when the weights are known
    private readonly bool[] _alone;                            // of these, whether no other node has their parameters
    private readonly (int Later, int First)[] _sums;           // pieces of their weighted gradients
    private readonly bool[] _nodes;                            // by node: whether it takes part in the combination at hand
    private readonly (int Start, int Length)[] _rest;          // of the store: what no piece and no node is sure to write
    private readonly double[] _weights;                        // the caller sets them before each combination
    private readonly double[] _privateWeights;
    private readonly int _outputs;
    private readonly long _numbers;                            // of all pieces
    private bool _ofNodes;
    private bool _adds;

    public GradientCombination(Executor executor, SweepPlan plan, List<GradientPiece> pieces, double[] weights, double[] privateWeights)
    {
        _executor = executor;
        _plan = plan;
        _pieces = pieces;
        _outputs = weights.Length;
        _numbers = pieces.Sum(p => (long)p.Length);
        _weights = weights;
        _privateWeights = privateWeights;
        var nodes = executor.Plan.NodePlans;
        _later = [.. nodes.Where(n => plan.FormOf(n) is GradientForm.Later or GradientForm.ByRows)];
        _alone = [.. _later.Select(n => !nodes.Any(other => other != n && other.Operation.Parameters.Any(n.Operation.Parameters.Contains)))];
        _sums = [.. _later.SelectMany((n, i) => Enumerable.Range(0, ((executor.Capacity * n.Gradient.Size) + PieceOfSum - 1) / PieceOfSum).Select(piece => (i, piece * PieceOfSum)))];
        _nodes = new bool[nodes.Length];
        _rest = [.. executor.Store.Parameters.Where(p => !IsWritten(p)).Select(p => (executor.Store.OffsetOf(p), p.Length))];
    }

    /// <summary>Writes them, or adds them to what the store holds. Parameters that none of the outputs weighs get 0.</summary>
    public void Run(bool adds)
    {
        if (RunToParameters(adds)) _executor.RunParameters(_nodes, _adds, null);
    }

    /// <summary>The same, but for the gradients that are formed from those of the nodes: whether there are any, which <see cref="RunParameters"/> then adds.</summary>
    public bool RunToParameters(bool adds)
    {
        _adds = adds;
        foreach (var (start, length) in _rest)
        {
            if (!adds) _executor.Store.Gradient.AsSpan(start, length).Clear();
        }
        _ofNodes = false;
        Share(_pieces.Count, _numbers);
        _executor.Store.MarkAllRows();
        return _later.Length > 0 && SumNodes();
    }

    /// <summary>Goes on after <see cref="RunToParameters"/>.</summary>
    /// <param name="gradients">Gets the gradients of large kernels, piece by piece.</param>
    public void RunParameters(IGradientWork gradients) => _executor.RunParameters(_nodes, _adds, gradients);

    /// <inheritdoc/>
    public void Do(int item, int worker)
    {
        if (_ofNodes) Sum(_later[_sums[item].Later], _sums[item].First);
        else Combine(_pieces[item]);
    }

    // The weighted sums of the nodes' gradients; false if none has a weight.
    private bool SumNodes()
    {
        bool any = false;
        for (int i = 0; i < _later.Length; i++)
        {
            var node = _later[i];
            bool takesPart = _nodes[node.Index] = WeightsOf(node).ContainsAnyExcept(0);
            any |= takesPart;
            if (!takesPart && _alone[i] && !_adds) ClearParameters(node);
        }
        if (!any) return false;
        _ofNodes = true;
        Share(_sums.Length, (long)_sums.Length * PieceOfSum);
        return true;
    }

    private void Share(int items, long numbers)
    {
        if (numbers * _outputs >= LeastParallelNumbers)
        {
            _executor.Team.Run(this, items);
            return;
        }
        for (int i = 0; i < items; i++) Do(i, 0);
    }

    private ReadOnlySpan<double> WeightsOf(NodePlan node) => _plan.OwnerOf(node) is var owner and >= 0 ? _privateWeights.AsSpan(owner, 1) : _weights;

    private void Combine(GradientPiece piece)
    {
        var gradient = _executor.Store.Gradient.AsSpan(piece.Store, piece.Length);
        if (piece.Output < 0)
        {
            WeightedRows.Add(_plan.Target.AsSpan(piece.Place), _plan.Columns, _weights, gradient, _adds);
            return;
        }
        if (_privateWeights[piece.Output] != 0) WeightedRows.Add(_plan.Target.AsSpan(piece.Place, piece.Length), piece.Length, _privateWeights.AsSpan(piece.Output, 1), gradient, _adds);
        else if (!_adds) gradient.Clear();
    }

    private void Sum(NodePlan node, int first)
    {
        if (!_nodes[node.Index]) return;
        var all = _executor.AllRows(node.Gradient);
        if (first >= all.Length) return;                       // behind the last row of a smaller batch
        var sum = all.Slice(first, Math.Min(PieceOfSum, all.Length - first));
        int owner = _plan.OwnerOf(node);
        if (owner >= 0) WeightedRows.Add(_plan.Planes!.AllRows(node, owner)[first..], all.Length, _privateWeights.AsSpan(owner, 1), sum, adds: false);
        else if (ReachesAll(node)) WeightedRows.Add(_plan.Planes!.All(node, _outputs)[first..], all.Length, _weights, sum, adds: false);
        else AddReaching(node, first, sum);
    }

    private bool ReachesAll(NodePlan node) => Array.TrueForAll(_plan.Sweeps, s => s.Wants[node.Index]);

    // Planes of outputs that do not reach the node hold nothing of use.
    private void AddReaching(NodePlan node, int first, Span<float> sum)
    {
        bool adds = false;
        for (int k = 0; k < _outputs; k++)
        {
            if (!_plan.Sweeps[k].Wants[node.Index]) continue;
            WeightedRows.Add(_plan.Planes!.AllRows(node, k)[first..], sum.Length, _weights.AsSpan(k, 1), sum, adds);
            adds = true;
        }
    }

    private void ClearParameters(NodePlan node)
    {
        for (int i = 0; i < node.Operation.Parameters.Count; i++) _executor.Parameters.Gradient(node, i).Clear();
    }

    private bool IsWritten(Parameter parameter)
    {
        if (!parameter.Trainable) return false;
        if (_plan.ColumnOf(parameter) >= 0 || _plan.PlaceOf(parameter) >= 0) return true;
        return _later.Where((n, i) => _alone[i] && n.HasParameterGradient && n.Operation.Parameters.Contains(parameter)).Any();
    }
}
