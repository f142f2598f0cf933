using Equipoise.Ledger;
using Equipoise.Training;

namespace Equipoise.Cli.Output;

/// <summary>One line an epoch, for pipes and logs.</summary>
internal sealed class PlainProgress(TextWriter writer, int epochs, TimeProvider time) : Callback
{
    private readonly long _start = time.GetTimestamp();

    public override void EpochEnds(Trainer trainer, EpochEntry epoch)
    {
        var entry = epoch.Validation ?? epoch.Training;
        var spent = time.GetElapsedTime(_start);
        string valid = epoch.Validation is null ? "" : $", valid {Figures.Number(epoch.Validation.Total)}";
        string terms = string.Join(", ", entry.Outputs.Select(o => $"{o.Output} {Figures.Number(o.RawLoss)} ({Figures.Percent(o.Share)})"));
        string penalties = entry.Penalties.Count == 0 ? "" : $", penalties {Figures.Number(entry.PenaltySum)}";
        string left = epoch.Epoch >= epochs ? "" : $", {Figures.Time(spent / epoch.Epoch * (epochs - epoch.Epoch))} left";
        writer.WriteLine($"epoch {epoch.Epoch}/{epochs}: total train {Figures.Number(epoch.Training.Total)}{valid}: {terms}{penalties} [{Figures.Time(spent)}{left}]");
        writer.Flush();
    }
}
