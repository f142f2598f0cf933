using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>Lowers the learning rate when a figure has not improved for some epochs.</summary>
/// <remarks>
/// After <paramref name="patience"/> epochs without improvement the rate is multiplied with <paramref name="factor"/>, but not below <paramref name="leastRate"/>; then <paramref name="cooldown"/> epochs are let pass.
/// With a schedule the whole schedule is lowered. Source: Keras 3, ReduceLROnPlateau, which refuses schedules.
/// </remarks>
/// <param name="monitor">The figure: <c>loss</c>, an output's name (its raw loss), or <c>OUTPUT.METRIC</c>; of validation where there is one. See <see cref="EpochEntry.Find"/>.</param>
/// <param name="factor">What the rate is multiplied with, above 0 and below 1.</param>
/// <param name="patience">How many epochs without improvement are borne.</param>
/// <param name="minimumDelta">The least improvement that counts.</param>
/// <param name="cooldown">Epochs after a reduction that do not count.</param>
/// <param name="leastRate">The rate is not lowered below this.</param>
/// <param name="higherIsBetter">Which way the figure improves; null: down for losses, as the metric says otherwise.</param>
public sealed class ReduceLearningRate(string monitor = "loss", double factor = 0.1, int patience = 10, double minimumDelta = 1e-4, int cooldown = 0, double leastRate = 0, bool? higherIsBetter = null) : Callback
{
    private double _best = double.NaN;
    private int _waited;
    private int _cooling;

    /// <inheritdoc/>
    public override void FitBegins(Trainer trainer, FitOptions options)
    {
        Require.That(factor > 0 && factor < 1, nameof(ReduceLearningRate), nameof(factor), factor, "above 0 and below 1");
        (_best, _waited, _cooling) = (double.NaN, 0, 0);
    }

    /// <inheritdoc/>
    public override void EpochEnds(Trainer trainer, EpochEntry epoch)
    {
        var (value, up) = MonitoredFigure.Of(epoch, monitor, higherIsBetter, "The reduction of the learning rate");
        if (_cooling > 0)
        {
            _cooling--;
            _waited = 0;
        }
        if (MonitoredFigure.Improves(value, _best, minimumDelta, up))
        {
            _best = value;
            _waited = 0;
            return;
        }
        if (_cooling > 0 || ++_waited < patience) return;
        double rate = trainer.LearningRate;
        if (rate <= leastRate) return;
        trainer.LearningRateFactor *= Math.Max(rate * factor, leastRate) / rate;
        _cooling = cooldown;
        _waited = 0;
    }
}
