using System.Globalization;

namespace Equipoise.Ledger;

/// <summary>Epochs as lines of CSV: total, every output's raw loss, weight and metrics, every penalty, on training and validation.</summary>
internal static class EpochTable
{
    public static string Header(EpochEntry epoch) => string.Join(",", Cells(epoch).Select(c => Csv.Quote(c.Name)));

    public static string Line(EpochEntry epoch) => string.Join(",", Cells(epoch).Select(c => c.Value.ToString("R", CultureInfo.InvariantCulture)));

    private static IEnumerable<(string Name, double Value)> Cells(EpochEntry epoch)
    {
        yield return ("epoch", epoch.Epoch);
        yield return ("seconds", Math.Round(epoch.Seconds, 3));
        yield return ("learning_rate", epoch.Training.LearningRate);
        foreach (var cell in Account("train", epoch.Training, epoch.TrainingMetrics)) yield return cell;
        if (epoch.Validation is null) yield break;
        foreach (var cell in Account("valid", epoch.Validation, epoch.ValidationMetrics)) yield return cell;
    }

    private static IEnumerable<(string Name, double Value)> Account(string part, LedgerEntry entry, IReadOnlyList<MetricValue> metrics)
    {
        yield return ($"{part}:total", entry.Total);
        foreach (var output in entry.Outputs)
        {
            yield return ($"{part}:{output.Output}.loss", output.RawLoss);
            yield return ($"{part}:{output.Output}.weight", output.Weight);
            foreach (var loss in output.Losses) yield return ($"{part}:{output.Output}.{loss.Name}", loss.RawLoss);
        }
        foreach (var penalty in entry.Penalties) yield return ($"{part}:{penalty.Layer} {penalty.Kind}", penalty.Value);
        foreach (var metric in metrics) yield return ($"{part}:{metric.Output}.{metric.Name}", metric.Value);
    }
}
