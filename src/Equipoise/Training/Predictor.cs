using Equipoise.Data;
using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Passes;
using Equipoise.Models;

namespace Equipoise.Training;

/// <summary>Predictions of a model, without losses.</summary>
internal static class Predictor
{
    public static IReadOnlyDictionary<string, float[]> Predict(Model model, Dataset data, int batchSize, WorkerTeam team)
    {
        DataBinding.Check(model, null, data);
        int batch = Math.Min(batchSize, data.Rows);
        var plan = model.Graph.Compile(model.OutputNodes, Mode.Inference);
        using var executor = new Executor(plan, model.Store, new ExecutorOptions(batch, team));
        var work = new Work(model, executor, data);
        for (int first = 0; first < data.Rows; first += batch) work.Run(first, Math.Min(batch, data.Rows - first));
        return model.Outputs.Select((o, k) => (o.Name, Values: work.Values[k])).ToDictionary(o => o.Name, o => o.Values, StringComparer.Ordinal);
    }

    private sealed class Work(Model model, Executor executor, Dataset data) : IRowWork
    {
        private readonly InputGather[] _inputs = [.. model.Inputs.Select((input, i) => new InputGather(executor, i, data.Inputs[input.Name]))];
        private readonly int[] _order = [.. Enumerable.Range(0, data.Rows)];
        private int _first;

        public float[][] Values { get; } = [.. model.Outputs.Select(o => new float[data.Rows * o.Shape.Size])];

        public void Run(int first, int rows)
        {
            _first = first;
            executor.Run(rows, 0, this);
        }

        public void Load(in RowBlock block)
        {
            var rows = _order.AsSpan(_first + block.FirstRow, block.Rows);
            foreach (var input in _inputs) input.Load(block, rows);
        }

        public void Evaluate(in RowBlock block)
        {
            for (int k = 0; k < Values.Length; k++)
            {
                var shape = model.Outputs[k].Shape;
                Links.Apply(model.Links[k], block.Output(k), Values[k].AsSpan((_first + block.FirstRow) * shape.Size, block.Rows * shape.Size), shape.Width);
            }
        }
    }
}
