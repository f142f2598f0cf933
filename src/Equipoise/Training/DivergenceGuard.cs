using System.Globalization;
using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>Looks at every term of a step before they are summed, and names the one that is no longer a number.</summary>
internal static class DivergenceGuard
{
    private const string Remedy = "Lower the learning rate, clip gradients (global_clip_norm: 1), or look at the inputs of that row for values far from the others.";

    public static void Check(BatchRunner runner, StepFigures figures, LossLedger ledger, int epoch, long step, int[] order, int first, int rows)
    {
        if (double.IsFinite(figures.Total)) return;
        foreach (var output in runner.Outputs)
        {
            if (output.Settings.Loss is null || double.IsFinite(output.RawLoss)) continue;
            int item = output.FirstBadItem(rows);
            string where = item < 0 ? "" : $", first in row {order[first + (item / output.Positions)]} of the data";
            string before = ledger.StepCount > 0 ? $" The step before it was {LedgerEntry.Number(ledger.Last[output.Name].RawLoss)}." : "";
            throw new DivergedException(string.Create(CultureInfo.InvariantCulture, $"The loss of output '{output.Name}' became {output.RawLoss} at step {step} (epoch {epoch}){where}.{before} {Remedy}"));
        }
        int bad = Array.FindIndex(figures.Penalties, p => !double.IsFinite(p));
        string name = bad >= 0 && ledger.StepCount > 0 ? $"{ledger.Last.Penalties[bad].Kind} of layer '{ledger.Last.Penalties[bad].Layer}'" : "of the weights";
        throw new DivergedException(string.Create(CultureInfo.InvariantCulture, $"The penalty {name} became {(bad >= 0 ? figures.Penalties[bad] : figures.Total)} at step {step} (epoch {epoch}), so the weights are no longer finite. {Remedy}"));
    }
}
