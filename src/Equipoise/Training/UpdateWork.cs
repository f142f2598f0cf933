using Equipoise.Engine.Execution;
using Equipoise.Optimizers;

namespace Equipoise.Training;

/// <summary>One update of all parameters, slice by slice.</summary>
internal sealed class UpdateWork(ParameterStore store, RunningOptimizer optimizer, WorkerTeam team) : ITeamWork
{
    private const int Slice = 8192;
    private readonly NormWork _norms = new(store, optimizer);

    public void Run()
    {
        if (optimizer.NeedsNorms) team.Run(_norms, optimizer.Layout.Blocks.Count);
        optimizer.Begin(store.Gradient, store.Values);
        team.Run(this, (store.Values.Length + Slice - 1) / Slice);
        store.Touch();
    }

    public void Do(int item, int worker)
    {
        int start = item * Slice, length = Math.Min(Slice, store.Values.Length - start);
        optimizer.Update(start, store.Values.AsSpan(start, length), store.Gradient.AsSpan(start, length));
    }

    private sealed class NormWork(ParameterStore store, RunningOptimizer optimizer) : ITeamWork
    {
        public void Do(int item, int worker) => optimizer.MeasureNorm(item, store.Gradient);
    }
}
