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
        var watch = new Watch(first, steps, end);
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

    // Gradients are looked at all the time; those before the window are forgotten when it begins. An epoch that ends takes its own account, which is added here.
    private sealed class Watch(int first, int last, CancellationTokenSource end) : Callback
    {
        private readonly List<GradientAccount> _accounts = [];

        public GradientAccount? Gradients => _accounts.Count == 0 ? null : Mean(_accounts);

        public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
        {
            if (trainer.Step == first) trainer.TakeGradients();
            if (trainer.Step < last) return;
            if (trainer.TakeGradients() is { } rest) _accounts.Add(rest);
            end.Cancel();
        }

        public override void EpochEnds(Trainer trainer, EpochEntry epoch)
        {
            if (trainer.Step > first && epoch.Training.Gradients is { } gradients) _accounts.Add(gradients);
        }

        private static GradientAccount Mean(List<GradientAccount> accounts)
        {
            long all = accounts.Sum(a => a.Steps);
            var norms = accounts[0].Norms.Select((n, k) =>
            {
                var seen = accounts.Where(a => double.IsFinite(a.Norms[k].Norm)).ToList();
                return new OutputNorm(n.Output, seen.Count == 0 ? double.NaN : seen.Sum(a => a.Steps * a.Norms[k].Norm) / seen.Sum(a => a.Steps));
            });
            return new GradientAccount(all, [.. norms], [], []);
        }
    }
}
