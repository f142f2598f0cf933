using Equipoise.Engine.Execution;
using Equipoise.Engine.Graphs;
using Equipoise.Layers;

namespace Equipoise.Training;

/// <summary>Brings parameters back to their constraints after an update; each parameter is one worker's.</summary>
internal sealed class ConstraintWork(ParameterStore store, IReadOnlyList<WeightConstraint> constraints, WorkerTeam team) : ITeamWork
{
    private readonly int[][] _shapes = [.. constraints.Select(c => c.Parameter.Shape.Dimensions.ToArray())];
    private readonly float[][] _memory = [.. constraints.Select(c => new float[c.Constraint.MemorySize([.. c.Parameter.Shape.Dimensions])])];

    /// <summary>Whether a parameter has a constraint.</summary>
    public bool Has(Parameter parameter) => constraints.Any(c => c.Parameter == parameter);

    public void Run()
    {
        if (constraints.Count == 0) return;
        team.Run(this, constraints.Count);
        store.Touch();
    }

    public void Do(int item, int worker) => constraints[item].Constraint.Apply(store.ValuesOf(constraints[item].Parameter), _shapes[item], _memory[item]);
}
