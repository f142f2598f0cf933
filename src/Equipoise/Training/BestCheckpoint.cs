using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>Writes the weights to a file whenever a figure is the best so far. One for each output, and one for the total, keep the best of each and the best overall.</summary>
/// <param name="file">The file, as safetensors; <see cref="Models.Model.LoadWeights"/> reads it. Its folder is made if need be.</param>
/// <param name="figure">The figure: <c>loss</c>, an output's name (its raw loss), or <c>OUTPUT.METRIC</c>; of validation where there is one. See <see cref="EpochEntry.Find"/>.</param>
/// <param name="higherIsBetter">Which way it improves; null: down for losses, as the metric says otherwise.</param>
public sealed class BestCheckpoint(string file, string figure = "loss", bool? higherIsBetter = null) : Callback
{
    /// <summary>The figure.</summary>
    public string Figure => figure;

    /// <summary>The best value so far; NaN before the first.</summary>
    public double Best { get; private set; } = double.NaN;

    /// <summary>The epoch of the best value, from 1; 0 before the first: then there is no file.</summary>
    public int BestEpoch { get; private set; }

    /// <inheritdoc/>
    public override void FitBegins(Trainer trainer, FitOptions options) => (Best, BestEpoch) = (double.NaN, 0);

    /// <inheritdoc/>
    public override void EpochEnds(Trainer trainer, EpochEntry epoch)
    {
        var (value, up) = MonitoredFigure.Of(epoch, figure, higherIsBetter, "A checkpoint");
        if (!MonitoredFigure.Improves(value, Best, 0, up)) return;
        (Best, BestEpoch) = (value, epoch.Epoch);
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
        trainer.Model.SaveWeights(file);
    }
}
