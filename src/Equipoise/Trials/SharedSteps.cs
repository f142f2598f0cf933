using Equipoise.Engine.Graphs;
using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>How long the steps of the shared layers are: the mean over some steps of the length of their change.</summary>
internal sealed class SharedSteps : Callback
{
    private readonly int _first;
    private readonly (int Offset, float[] Before)[] _shared;
    private double _sum;
    private int _count;

    /// <summary>Measures steps from a first one on, counted from 0.</summary>
    public SharedSteps(Trainer trainer, int first)
    {
        _first = first;
        var model = trainer.Model;
        var plan = model.Graph.Compile(model.OutputNodes, Mode.Training, model.Watched);
        _shared = [.. model.Store.Parameters.Where(p => p.Trainable && plan.ReachOf(p).Count > 1).Select(p => (model.Store.OffsetOf(p), new float[p.Length]))];
    }

    /// <summary>The mean length; NaN before the first step, 0 if nothing is shared.</summary>
    public double Mean => _sum / _count;

    public override void FitBegins(Trainer trainer, FitOptions options) => Remember(trainer);

    public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
    {
        if (trainer.Step > _first)
        {
            double square = 0;
            foreach (var (offset, before) in _shared)
            {
                var now = trainer.Model.Store.Values.AsSpan(offset, before.Length);
                for (int i = 0; i < before.Length; i++) square += ((double)now[i] - before[i]) * ((double)now[i] - before[i]);
            }
            _sum += Math.Sqrt(square);
            _count++;
        }
        Remember(trainer);
    }

    private void Remember(Trainer trainer)
    {
        foreach (var (offset, before) in _shared) trainer.Model.Store.Values.AsSpan(offset, before.Length).CopyTo(before);
    }
}
