using System.Globalization;
using Equipoise.Ledger;

namespace Equipoise.Training;

/// <summary>Looks at every term of a step before they are summed, and names the one that is no longer a number: output or penalty, layer and rows.</summary>
internal static class DivergenceGuard
{
    private const int MostRows = 5;

    public static void Check(BatchRunner runner, StepFigures figures, LossLedger ledger, int epoch, long step, int[] order, int first, int rows)
    {
        if (double.IsFinite(figures.Total)) return;
        foreach (var output in runner.Outputs)
        {
            if (output.Settings.Loss is not null && !double.IsFinite(output.RawLoss)) throw OfOutput(runner, output, ledger, epoch, step, order, first, rows);
        }
        foreach (var joint in runner.Joints)
        {
            if (double.IsFinite(joint.RawLoss)) continue;
            throw new DivergedException(string.Create(CultureInfo.InvariantCulture, $"The loss '{joint.Name}' over several outputs became {joint.RawLoss} at step {step} (epoch {epoch}), though the losses of the outputs are numbers. Give it a larger scale, or a smaller weight."))
            {
                Term = joint.Name,
                Step = step,
                Epoch = epoch,
            };
        }
        int bad = Array.FindIndex(figures.Penalties, p => !double.IsFinite(p));
        var (layer, kind) = bad >= 0 ? ledger.PenaltyNames[bad] : ("", "");
        string name = bad >= 0 ? $"{kind} of layer '{layer}'" : "of the weights";
        throw new DivergedException(string.Create(CultureInfo.InvariantCulture, $"The penalty {name} became {(bad >= 0 ? figures.Penalties[bad] : figures.Total)} at step {step} (epoch {epoch}), so the weights are no longer finite. {Remedy("the rows before")}"))
        {
            Term = kind,
            Layer = layer.Length > 0 ? layer : null,
            Step = step,
            Epoch = epoch,
        };
    }

    private static DivergedException OfOutput(BatchRunner runner, OutputBatch output, LossLedger ledger, int epoch, long step, int[] order, int first, int rows)
    {
        int[] badRows = [.. output.BadItems(rows).Select(item => order[first + (item / output.Positions)]).Distinct()];
        string? weight = runner.WeightThatIsNoNumber();
        string? layer = weight is not null ? weight[..Math.Max(0, weight.LastIndexOf('/'))] : badRows.Length > 0 ? runner.LayerThatFails(badRows[0]) : null;
        string named = string.Join(", ", badRows.Take(MostRows));
        string more = badRows.Length > MostRows ? $" and {badRows.Length - MostRows} more" : "";
        string where = badRows.Length == 0 ? "" : $", in {(badRows.Length == 1 ? "row" : "rows")} {named}{more} of the data";
        string why = weight is not null ? $"; the weights '{weight}' are no longer finite since the step before" : layer is not null ? $"; the first layer that gives no number there is '{layer}'" : "; all layers give numbers, so it is the loss";
        string before = ledger.StepCount > 0 ? $" The step before it was {LedgerEntry.Number(ledger.Last[output.Name].RawLoss)}." : "";
        return new DivergedException(string.Create(CultureInfo.InvariantCulture,
            $"The loss of output '{output.Name}' became {output.RawLoss} at step {step} (epoch {epoch}){where}{why}.{before} {Remedy(badRows.Length == 1 ? "that row" : "these rows")}"))
        {
            Output = output.Name,
            Term = "loss",
            Layer = layer,
            Rows = badRows,
            Step = step,
            Epoch = epoch,
        };
    }

    private static string Remedy(string rows) => $"Lower the learning rate, clip gradients (global_clip_norm: 1), or look at the inputs of {rows} for values far from the others.";
}
