using Equipoise.Ledger;

namespace Equipoise.Runs;

/// <summary>Finds the epoch with the best figure while they come. The first epoch is the best so far; a figure that is NaN is better than nothing and worse than any number.</summary>
internal sealed class BestEpoch(Monitor keep)
{
    /// <summary>The best figure so far; NaN before the first number.</summary>
    public double Value { get; private set; } = double.NaN;

    /// <summary>The best epoch so far, from 1; 0 before the first.</summary>
    public int Epoch { get; private set; }

    /// <summary>Looks at the next epoch.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Offer(EpochEntry epoch)
    {
        double value = epoch.Find(keep.Name) ?? double.NaN;
        bool better = Epoch == 0 || (keep.HigherIsBetter ? value > Value : value < Value) || (double.IsNaN(Value) && !double.IsNaN(value));
        if (!better) return false;
        Value = value;
        Epoch = epoch.Epoch;
        return true;
    }
}
