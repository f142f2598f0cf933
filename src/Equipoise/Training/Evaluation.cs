using Equipoise.Engine.Execution;
using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>Evaluates one data set, again and again, with buffers of its own.</summary>
internal sealed class Evaluation(Executor executor, BatchRunner runner, WorkerTeam team, PenaltyWork penalties, StepFigures figures, LossLedger layout, int rows, int batch) : IDisposable
{
    private readonly int[] _order = [.. Enumerable.Range(0, rows)];
    private readonly MetricWork _metrics = new(runner.Outputs, team);

    /// <summary>Room for what the metrics of each output see; outputs without metrics are left out.</summary>
    public IReadOnlyDictionary<string, OutputRows> Rows() => runner.Outputs.Where(o => o.HasMetrics).ToDictionary(o => o.Name, o => o.RoomFor(rows), StringComparer.Ordinal);

    /// <summary>Keeps the predictions of some outputs from now on, as <see cref="Trainer.Predict"/> gives them.</summary>
    /// <param name="outputs">Their names.</param>
    /// <returns>[rows, width] of each, filled by <see cref="Run"/>.</returns>
    public IReadOnlyDictionary<string, float[]> KeepPredictions(IReadOnlyCollection<string> outputs)
    {
        runner.Predictions = [.. runner.Outputs.Select(o => outputs.Contains(o.Name) ? new float[rows * o.Positions * o.Width] : [])];
        return runner.Outputs.Where(o => outputs.Contains(o.Name)).ToDictionary(o => o.Name, o => runner.Predictions[o.Index], StringComparer.Ordinal);
    }

    public EvaluationResult Run(ReadOnlySpan<double> weights, int epoch = 0, long step = 0, IReadOnlyDictionary<string, OutputRows>? keep = null)
    {
        // A ledger of its own does the averaging, so training and evaluation are averaged alike.
        var ledger = new LossLedger(layout.Outputs, layout.PenaltyNames, layout.LossNames);
        foreach (var output in runner.Outputs) output.ResetMetrics();
        penalties.Run(gradients: false);
        for (int first = 0; first < rows; first += batch)
        {
            int count = Math.Min(batch, rows - first);
            runner.Run(_order, first, count, 0, weights);
            figures.Collect(runner, penalties);
            if (double.IsFinite(figures.Total)) ledger.Record(figures.Account(epoch, step, count, double.NaN));
            else ledger.RecordUnchecked(figures.Account(epoch, step, count, double.NaN));
            _metrics.Run(count);
            if (keep is null) continue;
            foreach (var output in runner.Outputs.Where(o => o.HasMetrics)) output.CopyTo(keep[output.Name], first, count);
        }
        return new EvaluationResult(ledger.Mean(0, ledger.StepCount), [.. runner.Outputs.SelectMany(o => o.MetricValues())]);
    }

    public void Dispose() => executor.Dispose();
}
