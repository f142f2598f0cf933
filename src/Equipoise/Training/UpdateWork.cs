using Equipoise.Engine.Execution;
using Equipoise.Optimizers;

namespace Equipoise.Training;

/// <summary>One update of all parameters and of the panels made of them, slice by slice.</summary>
internal sealed class UpdateWork(ParameterStore store, RunningOptimizer optimizer, WorkerTeam team) : ITeamWork
{
    private readonly NormWork _norms = new(store, optimizer);

    public void Run()
    {
        if (optimizer.NeedsNorms) team.Run(_norms, optimizer.Layout.Blocks.Count);
        optimizer.Begin(store.Gradient, store.Values);
        store.BeginUpdate();
        team.Run(this, store.SliceCount);
        store.EndUpdate();
    }

    public void Do(int item, int worker)
    {
        var (start, length) = store.Slice(item);
        optimizer.Update(start, store.Values.AsSpan(start, length), store.Gradient.AsSpan(start, length));
        store.SliceWritten(item);
    }

    private sealed class NormWork(ParameterStore store, RunningOptimizer optimizer) : ITeamWork
    {
        public void Do(int item, int worker) => optimizer.MeasureNorm(item, store.Gradient);
    }
}
