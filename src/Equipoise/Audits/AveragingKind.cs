namespace Equipoise.Audits;

/// <summary>Which figures of a log are means over time.</summary>
internal enum AveragingKind
{
    /// <summary>All figures of a line are of the same time.</summary>
    None,

    /// <summary>The total is the mean since the epoch began; the parts are of the moment.</summary>
    RunningTotal,

    /// <summary>The parts are means since the epoch began; the total is of the moment.</summary>
    RunningParts,

    /// <summary>The total is an exponential moving average.</summary>
    MovingTotal,

    /// <summary>The parts are exponential moving averages.</summary>
    MovingParts,
}
