using Equipoise.Engine.Compilation;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;
using Equipoise.Engine.Profiling;

namespace Equipoise.Engine.Execution;

/// <summary>Wide products of a batch of few rows, cut by columns: each worker multiplies all rows with its part of the weights, which are then read once and not by every worker.</summary>
/// <remarks>
/// Rows and columns of a product stand alone, so it changes no bit. What lies between the wide products is done by one worker, hence only where that is little.
/// Measured with 2 workers on layers of 1024 and 2 million weights: a fifth off the step of 32 rows, a tenth at 128, nothing at 256.
/// </remarks>
internal sealed class SharedProducts : ITeamWork
{
    // Of more rows a worker's part is worth reading all weights.
    private const int MostRows = 128;
    // Weights that stay in a second-level cache are no matter.
    private const int LeastWeights = 128 * 1024;
    // Of all work this part at most may be in other nodes.
    private const int OtherShare = 16;
    // For each worker, so that one which is interrupted leaves less to wait for.
    private const int PartsOfWorker = 2;

    private readonly Executor _executor;
    private readonly bool[] _passes;                           // by number: whether one worker can do what lies between the wide products
    private readonly int _parts;
    private BlockMemory? _block;
    private NodePlan? _node;
    private bool _backward;

    public SharedProducts(Executor executor)
    {
        _executor = executor;
        _parts = PartsOfWorker * executor.Team.Workers;
        _passes = [.. executor.Plan.Passes.Select(p => executor.Team.Workers > 1 && AreNearlyAll(p))];
    }

    /// <summary>Whether nearly all work of a pass is in wide products.</summary>
    public static bool AreNearlyAll(PlanPass pass)
    {
        var nodes = pass.Forward.Concat(pass.Backward);
        long all = nodes.Sum(Work), wide = nodes.Where(IsWide).Sum(Work);
        return pass.Kind == PassKind.Rows && wide > 0 && (all - wide) * OtherShare <= all;
    }

    /// <summary>Whether a node is a wide product.</summary>
    public static bool IsWide(NodePlan node) => node.Operation.SharedWeights(node.Node.Shapes) >= LeastWeights;

    /// <summary>Whether a pass over so many rows is to be done in one block, whose wide products are shared.</summary>
    public bool Pay(int pass, int rows) => _passes[pass] && rows <= MostRows;

    /// <summary>Forward of a wide node.</summary>
    public void Forward(NodePlan node, BlockMemory block) => Run(node, block, backward: false);

    /// <summary>Backward of a wide node.</summary>
    public void Backward(NodePlan node, BlockMemory block) => Run(node, block, backward: true);

    /// <inheritdoc/>
    public void Do(int item, int worker)
    {
        long started = _executor.Profile is null ? 0 : StepProfile.Now;
        if (_backward) _node!.Operation.BackwardPart(new BackwardPass(_executor, _node, _block!), item, _parts);
        else _node!.Operation.ForwardPart(new ForwardPass(_executor, _node, _block!), item, _parts);
        _executor.Profile?.Add(_node.Index, _backward ? StepPhase.Backward : StepPhase.Forward, started, worker);
    }

    private void Run(NodePlan node, BlockMemory block, bool backward)
    {
        (_node, _block, _backward) = (node, block, backward);
        _executor.Team.Run(this, _parts);
    }

    private static long Work(NodePlan node) => node.Operation.Work(node.Node.Shapes);
}
