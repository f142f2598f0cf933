using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>Ends training when a figure has not improved for some epochs, and goes back to the best weights.</summary>
/// <remarks>
/// An epoch improves if its value is better than the best so far by more than <paramref name="minimumDelta"/>; the first value that is a number always does.
/// Training stops when <paramref name="patience"/> epochs in a row did not. A value that is NaN is no improvement. Source: Keras 3, EarlyStopping. Differs: a NaN in the first epoch is no best value.
/// </remarks>
/// <param name="monitor">The figure: <c>loss</c>, an output's name (its raw loss), or <c>OUTPUT.METRIC</c>; of validation where there is one. See <see cref="EpochEntry.Find"/>.</param>
/// <param name="patience">How many epochs without improvement are borne, from 0.</param>
/// <param name="minimumDelta">The least improvement that counts.</param>
/// <param name="restoreBest">Whether the weights of the best epoch are taken back at the end.</param>
/// <param name="higherIsBetter">Which way it improves; null: down for losses, as the metric says otherwise.</param>
/// <param name="baseline">Only an epoch that is better than this too ends the waiting; null for none.</param>
/// <param name="startAfter">How many epochs at the beginning are not looked at.</param>
public sealed class EarlyStopping(string monitor = "loss", int patience = 0, double minimumDelta = 0, bool restoreBest = true, bool? higherIsBetter = null,
    double? baseline = null, int startAfter = 0) : Callback
{
    private float[]? _bestWeights;
    private int _waited;
    private int _seen;

    /// <summary>The best value so far; NaN before the first.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>The epoch of the best value, from 1; 0 before the first.</summary>
    public int BestEpoch { get; private set; }

    /// <inheritdoc/>
    public override void FitBegins(Trainer trainer, FitOptions options)
    {
        Best = double.NaN;
        BestEpoch = 0;
        _waited = 0;
        _seen = 0;
        _bestWeights = null;
    }

    /// <inheritdoc/>
    public override void EpochEnds(Trainer trainer, EpochEntry epoch)
    {
        _seen++;
        if (_seen <= startAfter) return;
        var (value, up) = MonitoredFigure.Of(epoch, monitor, higherIsBetter, "Early stopping");
        _waited++;
        if (MonitoredFigure.Improves(value, Best, minimumDelta, up))
        {
            Best = value;
            BestEpoch = epoch.Epoch;
            if (baseline is not { } least || MonitoredFigure.Improves(value, least, minimumDelta, up)) _waited = 0;
            if (restoreBest) _bestWeights = [.. trainer.Model.Store.Values];
        }
        else if (_waited >= Math.Max(1, patience) && _seen > 1)
        {
            trainer.Stop(Reason());
        }
    }

    /// <inheritdoc/>
    public override void FitEnds(Trainer trainer, History history)
    {
        if (_bestWeights is null || !restoreBest) return;
        _bestWeights.CopyTo(trainer.Model.Store.Values, 0);
        trainer.Model.Store.Touch();
    }

    private string Reason() => BestEpoch == 0
        ? $"'{monitor}' was no number for {_waited} epochs"
        : $"'{monitor}' did not improve for {_waited} {(_waited == 1 ? "epoch" : "epochs")}; its best value was {LedgerEntry.Number(Best)} in epoch {BestEpoch}";
}
