using Equipoise.Catalogs;
using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>The figure of an epoch that a callback watches, and which way it improves.</summary>
internal static class MonitoredFigure
{
    /// <summary>The value and whether higher is better: as told, else down for losses and as the metric says.</summary>
    /// <exception cref="ArgumentException">An epoch has no such figure.</exception>
    public static (double Value, bool HigherIsBetter) Of(EpochEntry epoch, string monitor, bool? higherIsBetter, string watcher)
    {
        if (epoch.Find(monitor) is not { } value)
        {
            throw new ArgumentException($"{watcher} watches '{monitor}', but an epoch has no such figure. {Suggestion.Advice(monitor, Names(epoch))}", nameof(monitor));
        }
        string name = monitor[(monitor.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var metric = epoch.TrainingMetrics.Concat(epoch.ValidationMetrics).FirstOrDefault(m => name == $"{m.Output}.{m.Name}");
        return (value, higherIsBetter ?? metric?.HigherIsBetter ?? false);
    }

    /// <summary>Whether a value is better than another by more than so much. NaN never is; anything is better than NaN.</summary>
    public static bool Improves(double value, double best, double minimumDelta, bool higherIsBetter)
        => !double.IsNaN(value) && (double.IsNaN(best) || (higherIsBetter ? value - minimumDelta > best : value + minimumDelta < best));

    private static string[] Names(EpochEntry epoch)
        => [.. epoch.Training.Outputs.Select(o => o.Output).Prepend("loss"), .. (epoch.Validation is null ? epoch.TrainingMetrics : epoch.ValidationMetrics).Select(m => $"{m.Output}.{m.Name}")];
}
