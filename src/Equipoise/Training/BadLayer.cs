using Equipoise.Data;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Engine.Passes;
using Equipoise.Models;

namespace Equipoise.Training;

/// <summary>Looks for the layer in which a row first stops being numbers, once training has diverged: a forward pass of that row with every layer watched.</summary>
internal static class BadLayer
{
    /// <summary>The first layer with a value that is not finite for the row; null: all are finite, so it is the loss itself. Statistics are the running ones, and nothing is dropped.</summary>
    public static string? Find(Model model, Dataset data, int row, WorkerTeam team)
    {
        var needed = model.Graph.Compile(model.OutputNodes, Mode.Inference).Nodes.ToHashSet();
        GraphNode[] nodes = [.. model.Graph.Nodes.Where(n => needed.Contains(n) && n.Operation is not (InputIndices or InputBag))];
        var plan = model.Graph.Compile(model.OutputNodes, Mode.Inference, nodes);
        using var executor = new Executor(plan, model.Store, new ExecutorOptions(1, team));
        var work = new Work(model, executor, data, row, nodes.Length);
        executor.Run(1, 0, work);
        return work.First < 0 ? null : nodes[work.First].Name;
    }

    /// <summary>The first weight that is not finite; null: all are.</summary>
    public static string? Weight(Model model)
        => model.Parameters.FirstOrDefault(p => model.Store.ValuesOf(p).ToArray().Any(v => !float.IsFinite(v)))?.Name;

    private sealed class Work(Model model, Executor executor, Dataset data, int row, int watched) : IRowWork
    {
        private readonly InputGather[] _inputs = [.. model.Inputs.Select((input, i) => new InputGather(executor, i, data.Inputs[input.Name]))];

        public int First { get; private set; } = -1;

        public void Load(in RowBlock block)
        {
            foreach (var input in _inputs) input.Load(block, [row]);
        }

        public void Evaluate(in RowBlock block)
        {
            for (int w = 0; w < watched && First < 0; w++)
            {
                foreach (float value in block.Watched(w))
                {
                    if (float.IsFinite(value)) continue;
                    First = w;
                    break;
                }
            }
        }
    }
}
