using Equipoise.Engine.Compilation;
using Equipoise.Engine.Passes;
using Equipoise.Engine.Profiling;

namespace Equipoise.Engine.Execution;

/// <summary>The tiles of the pass over parameters: the gradients of all outputs together, of one output, or of several outputs at once.</summary>
internal sealed class ParameterTiles(Executor executor)
{
    // Of all outputs at once fewer and larger items are better than those that were cut for one.
    private const int ItemsOfWorker = 3;

    private readonly bool[] _together = new bool[executor.Plan.NodePlans.Length];      // nodes whose parameters' gradients are had for all outputs at once

    /// <summary>Nodes of whose parameters gradients are wanted, by node; null: of all.</summary>
    public bool[]? Only { get; set; }

    /// <summary>Who gets the gradients of large kernels, piece by piece, in place of the store; null for nobody.</summary>
    public IGradientWork? Gradients { get; set; }

    /// <summary>Finds the nodes that all outputs reach, and all of whose parameters are trained: the gradients of those that are not have one place for all outputs.</summary>
    public void FindTogether(PlanPass pass, GradientSweep[] sweeps, CotangentPlanes planes)
    {
        Array.Clear(_together);
        if (sweeps.Length < 2) return;
        foreach (var tile in pass.Tiles)
        {
            if (tile is not { Piece: 0, Nodes: [var node] } || node.Operation.PlaneWork(node.Node.Shapes, executor.Capacity) == 0) continue;
            bool all = true;
            foreach (var sweep in sweeps) all &= sweep.Offsets[node.Index] is not null;
            var parameters = node.Operation.Parameters;
            for (int i = 0; i < parameters.Count; i++) all &= parameters[i].Trainable;
            _together[node.Index] = all && node.Operation.PrefersPlanes(planes.AllRowsOfSeveral(node, 0, sweeps.Length), sweeps.Length, executor.BatchRows * node.Node.Shape.Positions);
        }
    }

    /// <summary>Runs a tile.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="block">The rows to sum, and the output if it is for one.</param>
    /// <param name="sweeps">Those of all outputs at once; null for one backward.</param>
    /// <param name="isAllRows">Whether these are all rows at hand, and not half of them.</param>
    public void Run(Tile tile, BlockMemory block, GradientSweep[]? sweeps, bool isAllRows)
    {
        foreach (var node in tile.Nodes)
        {
            if (Only is not null && !Only[node.Index]) continue;
            long started = executor.Profile is null ? 0 : StepProfile.Now;
            if (sweeps is not null && _together[node.Index]) RunTogether(node, tile, block, sweeps);
            else if (block.Sweep is { } sweep && sweep.Offsets[node.Index] is null) continue;
            else if (isAllRows && HandsOn(tile)) started = RunUnits(node, tile, block, started);
            else node.Operation.ParameterGradient(new ParameterPass(executor, node, tile.FirstUnit, tile.UnitsOf(node), block));
            executor.Profile?.Add(node.Index, StepPhase.Parameters, started, block.Worker);
        }
    }

    private bool HandsOn(Tile tile) => Gradients is not null && tile is { Nodes: [var node] } && node.Operation.RowsOf(node.Node.Shapes, tile.FirstUnit).Count > 0;

    // Unit by unit. What is whole slices of the store is handed on while it is in the cache.
    private long RunUnits(NodePlan node, Tile tile, BlockMemory block, long started)
    {
        int width = node.Operation.Parameters[0].Shape.Width, end = tile.FirstUnit + tile.UnitsOf(node);
        for (int unit = tile.FirstUnit; unit < end; unit++)
        {
            var (first, count) = node.Operation.RowsOf(node.Node.Shapes, unit);
            int slice = executor.Store.FirstOfWholeSlices(executor.Parameters.Offsets[node.Index][0] + (first * width), count * width);
            var gradient = slice < 0 ? [] : block.BeginKernel(first * width, count * width);
            node.Operation.ParameterGradient(new ParameterPass(executor, node, unit, 1, block));
            if (slice < 0) continue;
            block.EndKernel();
            executor.Profile?.Add(node.Index, StepPhase.Parameters, started, block.Worker);
            Gradients!.Ready(slice, gradient, block.Worker);
            started = executor.Profile is null ? 0 : StepProfile.Now;
        }
        return started;
    }

    // The items of a node were cut for one output after the other: those that are too many have nothing to do.
    private void RunTogether(NodePlan node, Tile tile, BlockMemory block, GradientSweep[] sweeps)
    {
        int workers = executor.Team.Workers;
        int item = (tile.Piece * sweeps.Length) + block.Cotangent, parts = Math.Min(tile.Pieces * sweeps.Length, workers == 1 ? 1 : ItemsOfWorker * workers);
        if (item >= parts) return;
        (block.Sweep, block.Cotangent, block.Cotangents) = (sweeps[0], 0, sweeps.Length);
        node.Operation.ParameterGradients(new ParameterPass(executor, node, 0, 0, block), item, parts);
        block.Cotangents = 1;
    }
}
