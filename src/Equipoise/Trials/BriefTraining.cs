using Equipoise.Configs;
using Equipoise.Ledger;
using Equipoise.Runs;
using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>A training of so many steps under fixed weights, and its account over the last quarter of them.</summary>
/// <param name="Start">The account of the first step.</param>
/// <param name="Window">The mean account of the last quarter.</param>
/// <param name="Gradients">Lengths of the outputs' gradients there; null if nothing is shared.</param>
/// <param name="Metrics">The metrics on the validation part after the last step; empty if there is none.</param>
/// <param name="Seconds">How long it took, validation apart.</param>
internal sealed record BriefTraining(LedgerEntry Start, LedgerEntry Window, GradientAccount? Gradients, IReadOnlyList<MetricValue> Metrics, double Seconds)
{
    private const int Looks = 20;                              // at gradients, in the last quarter

    /// <summary>The first step of the last quarter, from 0.</summary>
    public static int WindowStart(int steps) => steps - Math.Max(1, steps / 4);

    /// <summary>Trains.</summary>
    /// <exception cref="DivergedException">A loss is no longer a number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static BriefTraining Run(RunData data, int seed, IReadOnlyDictionary<string, double> weights, int steps, CancellationToken cancellation)
    {
        int first = WindowStart(steps);
        bool shared = data.Config.Outputs.Count > 1;
        var config = data.Config with
        {
            Balance = new BalanceConfig(),
            Outputs = [.. data.Config.Outputs.Select(o => o with { Weight = weights.GetValueOrDefault(o.Name, 0) })],
            Training = data.Config.Training with { Seed = seed, Diagnose = shared ? Math.Max(1, (steps - first) / Looks) : 0, EarlyStopping = null },
        };
        using var session = new RunSession(data with { Config = config });
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watch = new GradientWatch(first, steps, end);
        long started = TimeProvider.System.GetTimestamp();
        int perEpoch = (data.Train.Rows + config.Training.Batch - 1) / config.Training.Batch;
        session.Trainer.Fit(data.Train, new FitOptions { Epochs = (steps / perEpoch) + 1, BatchSize = config.Training.Batch, BucketBy = config.Training.BucketBy, Callbacks = [watch], Cancellation = end.Token });
        cancellation.ThrowIfCancellationRequested();
        var ledger = session.Trainer.Ledger;
        double seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        return new BriefTraining(ledger.Step(0), ledger.Mean(first, steps), watch.Gradients, Judged(session, data), seconds);
    }

    private static IReadOnlyList<MetricValue> Judged(RunSession session, RunData data)
    {
        if (data.Valid is null) return [];
        using var judge = session.Judge();
        return judge.Evaluate(data.Valid).Metrics;
    }
}
