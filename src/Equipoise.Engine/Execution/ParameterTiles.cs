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
    public void Run(Tile tile, BlockMemory block, GradientSweep[]? sweeps)
    {
        foreach (var node in tile.Nodes)
        {
            if (Only is not null && !Only[node.Index]) continue;
            long started = executor.Profile is null ? 0 : StepProfile.Now;
            if (sweeps is not null && _together[node.Index]) RunTogether(node, tile, block, sweeps);
            else if (block.Sweep is { } sweep && sweep.Offsets[node.Index] is null) continue;
            else if (tile.UnitRows > 0) started = HandOn(node, tile, block, started);
            else node.Operation.ParameterGradient(new ParameterPass(executor, node, tile.FirstUnit, tile.UnitsOf(node), block));
            executor.Profile?.Add(node.Index, StepPhase.Parameters, started, block.Worker);
        }
    }

    // Some rows after the other, each handed on while they are in the cache.
    private long HandOn(NodePlan node, Tile tile, BlockMemory block, long started)
    {
        var kernel = node.Operation.Parameters[0];
        int width = kernel.Shape.Width, end = Math.Min(kernel.Shape.Positions, (tile.FirstUnit + tile.Units) * tile.UnitRows);
        for (int row = tile.FirstUnit * tile.UnitRows; row < end; row += tile.UnitRows)
        {
            int first = row * width, count = Math.Min(tile.UnitRows, end - row);
            int slice = executor.Store.FirstOfWholeSlices(executor.Parameters.Offsets[node.Index][0] + first, count * width);
            var gradient = block.BeginKernel(first, count * width);
            node.Operation.RowGradient(new ParameterPass(executor, node, tile.FirstUnit, tile.Units, block), row, count);
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
