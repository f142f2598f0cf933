using Equipoise.Ledger;

namespace Equipoise.Runs;

/// <summary>Finds the epoch with the best figure while they come. The first epoch is the best so far; a figure that is NaN is better than nothing and worse than any number.</summary>
internal sealed class BestEpoch(Monitor keep)
{
    private double _best = double.NaN;

    /// <summary>The best epoch so far, from 1; 0 before the first.</summary>
    public int Epoch { get; private set; }

    /// <summary>Looks at the next epoch.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Offer(EpochEntry epoch)
    {
        double value = epoch.Find(keep.Name) ?? double.NaN;
        bool better = Epoch == 0 || (keep.HigherIsBetter ? value > _best : value < _best) || (double.IsNaN(_best) && !double.IsNaN(value));
        if (!better) return false;
        _best = value;
        Epoch = epoch.Epoch;
        return true;
    }
}
