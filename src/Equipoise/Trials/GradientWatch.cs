using Equipoise.Ledger;
using Equipoise.Training;

namespace Equipoise.Trials;

/// <summary>Ends a training after so many steps, and keeps what gradients were like in the last of them.</summary>
/// <remarks>Gradients are looked at all the time; those before the window are forgotten when it begins. An epoch that ends takes its own account, which is added here.</remarks>
/// <param name="first">The first step of the window, from 0.</param>
/// <param name="last">How many steps are trained.</param>
/// <param name="end">What ends the training.</param>
internal sealed class GradientWatch(int first, int last, CancellationTokenSource end) : Callback
{
    private readonly List<GradientAccount> _accounts = [];

    /// <summary>Mean lengths and cosines in the window, of all shared layers together; null if none were looked at.</summary>
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
        double Of(Func<GradientAccount, double> figure)
        {
            var seen = accounts.Where(a => double.IsFinite(figure(a))).ToList();
            return seen.Count == 0 ? double.NaN : seen.Sum(a => a.Steps * figure(a)) / seen.Sum(a => a.Steps);
        }
        var norms = accounts[0].Norms.Select((n, k) => new OutputNorm(n.Output, Of(a => a.Norms[k].Norm)));
        // Pairs that were never seen together are not in an account.
        var pairs = accounts.SelectMany(a => a.Pairs).Select(p => (p.First, p.Second)).Distinct().Select(p =>
        {
            double OfPair(Func<GradientPair, double> figure) => Of(a => a.Pairs.FirstOrDefault(q => q.First == p.First && q.Second == p.Second) is { } pair ? figure(pair) : double.NaN);
            return new GradientPair(p.First, p.Second, OfPair(q => q.Cosine), OfPair(q => q.Conflicts));
        });
        return new GradientAccount(accounts.Sum(a => a.Steps), [.. norms], [.. pairs], []);
    }
}
