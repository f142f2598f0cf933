using Equipoise.Data;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>Evaluates raw losses on some rows at given steps of a training.</summary>
/// <param name="session">What is trained.</param>
/// <param name="outputs">The outputs.</param>
/// <param name="parts">The rows.</param>
/// <param name="moments">The steps, from 1.</param>
internal sealed class DoublingJudge(RunSession session, string[] outputs, IReadOnlyList<Dataset> parts, long[] moments) : Callback, IDisposable
{
    private readonly Trainer _judge = session.Judge();

    /// <summary>Raw losses [moments][parts][outputs].</summary>
    public List<double[][]> Losses { get; } = [];

    public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
    {
        if (moments.Contains(trainer.Step)) Losses.Add(Now());
    }

    /// <summary>Raw losses [parts][outputs] with the weights as they are.</summary>
    public double[][] Now() => [.. parts.Select(rows =>
    {
        var account = _judge.Evaluate(rows).Account;
        return outputs.Select(o => account[o].RawLoss).ToArray();
    })];

    public void Dispose() => _judge.Dispose();
}
