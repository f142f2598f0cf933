using Equipoise.Engine.Execution;
using Equipoise.Layers;

namespace Equipoise.Training;

/// <summary>Penalties of the weights: their values and, in training, their gradients.</summary>
internal sealed class PenaltyWork(ParameterStore store, IReadOnlyList<WeightPenalty> penalties, WorkerTeam team) : ITeamWork
{
    private readonly int[][] _shapes = [.. penalties.Select(p => p.Parameter.Shape.Dimensions.ToArray())];
    private bool _gradients;

    /// <summary>The value of each.</summary>
    public double[] Values { get; } = new double[penalties.Count];

    public void Run(bool gradients)
    {
        _gradients = gradients;
        team.Run(this, penalties.Count);
    }

    public void Do(int item, int worker)
    {
        var penalty = penalties[item];
        var values = store.ValuesOf(penalty.Parameter);
        Values[item] = penalty.Regularizer.Value(values, _shapes[item]);
        if (!_gradients) return;
        penalty.Regularizer.AddGradient(values, _shapes[item], 1, store.GradientOf(penalty.Parameter));
        store.MarksOf(penalty.Parameter)?.MarkAll();
    }
}
