using System.Globalization;

namespace Equipoise.Training;

/// <summary>Ends training when its time is over: after the step at hand, with what was trained so far evaluated as an epoch that is a little shorter.</summary>
/// <remarks>The time of validation counts. The same seed then no longer gives the same result, since how far training gets depends on the machine.</remarks>
/// <param name="limit">How long, from the beginning of fit; above 0.</param>
/// <param name="time">Gives the time; the system's clock if left out.</param>
public sealed class TimeLimit(TimeSpan limit, TimeProvider? time = null) : Callback
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private long _started;

    /// <inheritdoc/>
    public override void FitBegins(Trainer trainer, FitOptions options)
    {
        Require.Above(nameof(TimeLimit), nameof(limit), limit.TotalSeconds, 0);
        _started = _time.GetTimestamp();
    }

    /// <inheritdoc/>
    public override void StepEnds(Trainer trainer, int epoch, int step, int steps)
    {
        if (IsOver) trainer.Stop(Reason(), atOnce: true);
    }

    /// <inheritdoc/>
    public override void EpochEnds(Trainer trainer, Ledger.EpochEntry epoch)
    {
        if (IsOver) trainer.Stop(Reason());
    }

    private bool IsOver => _time.GetElapsedTime(_started) >= limit;

    private string Reason() => string.Create(CultureInfo.InvariantCulture, $"the time limit of {limit.TotalSeconds:0.###} s was reached");
}
