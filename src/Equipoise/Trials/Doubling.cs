using Equipoise.Balancing;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Ledger;
using Equipoise.Models;
using Equipoise.Runs;
using Equipoise.Schedules;
using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>Tries what doubling the weight of an output does: trains on from the last weights of a run, once with the weight doubled and once without, in the same batches, and compares every output's raw loss.</summary>
/// <remarks>
/// For each order of the batches both trainings begin with the same steps under the weights of the run's last epoch, since what the optimizer remembered is not kept with a run; then the one weight jumps to its double in one of them.
/// Weights are fixed in both, whatever balancer the run had, and the learning rate is constant. change = raw loss with the doubled weight − without, on the same rows, with the interval mean ± t(orders − 1) · s ÷ √orders.
/// Predicted to first order: change of output j = −N · (s ÷ ‖d‖) · w_k · ⟨g_j, g_k⟩, with N the steps, w_k the weight, g the gradients of the raw losses in the shared layers at the run's last weights, over large batches; s the mean length
/// of a step of the shared layers and ‖d‖ the mean length of the total's gradient, over the N steps without the change. With plain SGD s ÷ ‖d‖ is the learning rate; of other optimizers it is their scaling, taken as one number for all
/// parameters. What heads alone learn faster is not in it, and it takes the gradient for constant,
/// so it fits the first steps at best: it is told for one step, a tenth of the steps and all of them, beside what was measured. Training rows are those of the table; extra files are left out.
/// </remarks>
public static class Doubling
{
    private const int MostRows = 2048;                         // of a part, to evaluate; spread evenly
    private const int LargeBatch = 1024;
    private const int Looks = 20;

    /// <summary>Tries it.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="output">The output whose weight is doubled.</param>
    /// <param name="plan">How long and how often.</param>
    /// <param name="tell">Gets a line for each training that has ended; null for nobody.</param>
    /// <param name="cancellation">Ends it without a result.</param>
    /// <exception cref="RunException">There is no such output with a weight, or only one.</exception>
    /// <exception cref="DivergedException">A loss is no longer a number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DoublingResult Run(string run, string output, DoublingPlan plan, Action<string>? tell = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.Steps, 1, nameof(plan));
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.Orders, 1, nameof(plan));
        int warmUp = plan.WarmUp ?? plan.Steps;
        ArgumentOutOfRangeException.ThrowIfNegative(warmUp, nameof(plan));
        long started = TimeProvider.System.GetTimestamp();
        var lines = RunFolder.ReadLedger(run);
        var last = lines.LastOrDefault(l => l.Part == "epoch").Entry ?? throw new RunException($"{run}: no epoch is complete, so there are no weights to go on from.");
        var weights = last.Outputs.ToDictionary(o => o.Output, o => o.RawLoss == 0 ? o.Weight : o.Contribution / o.RawLoss, StringComparer.Ordinal);
        if (!weights.TryGetValue(output, out double weight)) throw new RunException($"{run}: there is no output '{output}' with a loss. {Catalogs.Suggestion.Advice(output, [.. weights.Keys])}");
        if (weights.Count < 2) throw new RunException($"{run}: '{output}' is the only output with a loss; doubling its weight would be no more than a larger learning rate.");
        if (!(weight > 0)) throw new RunException($"{run}: the weight of '{output}' was {LedgerEntry.Number(weight)} in the last epoch; the double of it is the same.");
        double rate = plan.LearningRate ?? lines.Where(l => l.Part == "step" && l.Entry.Epoch == last.Epoch).Select(l => l.Entry.LearningRate).DefaultIfEmpty(last.LearningRate).Average();

        var folder = RunFolder.Load(run, RunFiles.Last);
        var config = folder.Config with
        {
            Outputs = [.. folder.Config.Outputs.Select(o => o with { Weight = weights.GetValueOrDefault(o.Name, o.Weight) })],
            Training = folder.Config.Training with { Optimizer = folder.Config.Training.Optimizer with { LearningRate = new ConstantSchedule(rate) } },
        };
        var train = folder.ReadPart("train");
        var data = new RunData(config, folder.Encoders, train, null, null, [], [], new Dictionary<string, Fingerprint>());
        var parts = new List<(string Name, Dataset Rows)> { ("train", Some(train)) };
        if (lines.Any(l => l.Part == "validation")) parts.Add(("valid", Some(folder.ReadPart("valid"))));
        var arm = new Arm(data, Path.Combine(run, RunFiles.Last), [.. last.Outputs.Select(o => o.Output)], parts, plan, warmUp);

        var before = arm.Before();
        var gradients = arm.LargeGradients(cancellation);
        var trials = new List<(List<double[][]> Unchanged, List<double[][]> Doubled)>();
        double scale = 0;
        for (int order = 0; order < plan.Orders; order++)
        {
            var unchanged = arm.Train(order, null, gradients is not null, cancellation);
            var doubled = arm.Train(order, output, gradients is not null, cancellation);
            trials.Add((unchanged.Losses, doubled.Losses));
            scale += (unchanged.Gradients is null ? double.NaN : unchanged.StepLength / GradientProducts.LengthOfTotal(unchanged.Gradients, weights)) / plan.Orders;
            tell?.Invoke($"{order + 1}/{plan.Orders}: {string.Join(", ", last.Outputs.Select((o, k) => $"{o.Output} {Signed(doubled.Losses[^1][0][k] - unchanged.Losses[^1][0][k])}"))} on the training rows");
        }
        double Predicted(string other, int steps) => gradients is null ? double.NaN : -steps * scale * (plan.Factor - 1) * weight * GradientProducts.Of(gradients, other, output);
        var results = parts.Select((part, p) => new DoublingPart(part.Name, part.Rows.Rows, [.. arm.Moments.Select((steps, m) => new DoublingMoment(steps, [.. last.Outputs.Select((o, k) =>
            Summary(o.Output, before[p][k], [.. trials.Select(t => t.Unchanged[m][p][k])], [.. trials.Select(t => t.Doubled[m][p][k])], Predicted(o.Output, steps), plan.Confidence))]))]));
        return new DoublingResult(output, weight, plan.Steps, warmUp, plan.Orders, rate, plan.Confidence, TimeProvider.System.GetElapsedTime(started).TotalSeconds, [.. results]);
    }

    private static DoubledLoss Summary(string output, double before, double[] unchanged, double[] doubled, double predicted, double confidence)
    {
        double[] changes = [.. unchanged.Zip(doubled, (u, d) => d - u)];
        double mean = changes.Average(), half = double.PositiveInfinity;
        if (changes.Length > 1)
        {
            double deviation = Math.Sqrt(changes.Sum(c => (c - mean) * (c - mean)) / (changes.Length - 1));
            half = StudentDistribution.Quantile(confidence, changes.Length - 1) * deviation / Math.Sqrt(changes.Length);
        }
        return new DoubledLoss(output, before, unchanged.Average(), doubled.Average(), mean, mean - half, mean + half, predicted);
    }

    private static Dataset Some(Dataset data)
        => data.Rows <= MostRows ? data : data.Select([.. Enumerable.Range(0, MostRows).Select(i => (int)((long)i * data.Rows / MostRows))]);

    private static string Signed(double value) => (value > 0 ? "+" : "") + LedgerEntry.Number(value);

    // One training after the other from the same weights.
    private sealed class Arm(RunData data, string weights, string[] outputs, List<(string Name, Dataset Rows)> parts, DoublingPlan plan, int warmUp)
    {
        /// <summary>Steps with the doubled weight after which losses are looked at: the first, a tenth of all, and all.</summary>
        public int[] Moments { get; } = [.. new[] { 1, Math.Max(1, plan.Steps / 10), plan.Steps }.Distinct()];

        public double[][] Before()
        {
            using var session = Session(data.Config);
            using var judge = new DoublingJudge(session, outputs, [.. parts.Select(p => p.Rows)], []);
            return judge.Now();
        }

        // Batches as large as can be without much memory: chance hides the mean gradient in small ones. Nothing moves, since the learning rate is 0. Null if nothing is shared.
        public GradientAccount? LargeGradients(CancellationToken cancellation)
        {
            try
            {
                var training = data.Config.Training;
                using var session = Session(data.Config with { Balance = new BalanceConfig(), Training = training with { Diagnose = 1, Optimizer = training.Optimizer with { LearningRate = new ConstantSchedule(0), AccumulationSteps = 1 }, Accumulate = 0 } });
                var history = session.Trainer.Fit(parts[0].Rows, new FitOptions { BatchSize = LargeBatch, Cancellation = cancellation });
                cancellation.ThrowIfCancellationRequested();
                return history.Epochs[^1].Training.Gradients;
            }
            catch (ModelException)
            {
                return null;
            }
        }

        public (List<double[][]> Losses, GradientAccount? Gradients, double StepLength) Train(int order, string? doubled, bool looks, CancellationToken cancellation)
        {
            var training = data.Config.Training;
            // Both are led alike, so that they are the same to the bit until the weight jumps.
            var jump = new ScheduledWeights { From = [.. outputs.Select(_ => 1.0)], To = [.. outputs.Select(o => o == doubled ? plan.Factor : 1.0)], Begin = warmUp, End = warmUp, InSteps = true };
            using var session = Session(data.Config with
            {
                Balance = new BalanceConfig { Method = jump },
                Training = training with { Seed = training.Seed + 1 + order, Diagnose = looks ? Math.Max(1, plan.Steps / Looks) : 0 },
            });
            int steps = warmUp + plan.Steps, perEpoch = (data.Train.Rows + training.Batch - 1) / training.Batch;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var watch = new GradientWatch(warmUp, steps, end);
            var lengths = new SharedSteps(session.Trainer, warmUp);
            using var judge = new DoublingJudge(session, outputs, [.. parts.Select(p => p.Rows)], [.. Moments.Select(m => (long)warmUp + m)]);
            session.Trainer.Fit(data.Train, new FitOptions { Epochs = (steps / perEpoch) + 1, BatchSize = training.Batch, BucketBy = training.BucketBy, Callbacks = [lengths, judge, watch], Cancellation = end.Token });
            cancellation.ThrowIfCancellationRequested();
            return (judge.Losses, looks ? watch.Gradients : null, lengths.Mean);
        }

        private RunSession Session(Config config)
        {
            var session = new RunSession(data with { Config = config });
            session.Model.LoadWeights(weights);
            return session;
        }
    }
}
