using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Data;
using Equipoise.Losses;

namespace Equipoise.Runs;

/// <summary>Looks whether the labels of a part are such as their losses take, and whether there are any.</summary>
internal static class LabelCheck
{
    private const int MostFaults = 20;

    /// <summary>Refuses labels that a loss cannot take, each with its line.</summary>
    /// <param name="config">The completed config.</param>
    /// <param name="table">Gives the table of the part, if a label is to be shown.</param>
    /// <param name="data">The labels.</param>
    /// <exception cref="DataException">There are such labels.</exception>
    public static void Check(Config config, Func<Table> table, Dataset data)
    {
        var mistakes = new List<string>();
        int further = 0;
        foreach (var output in config.Outputs)
        {
            var loss = RunModel.EffectiveLoss(output);
            var target = data.Targets[output.Name];
            TableColumn? column = null;
            int width = output.Type == "sequence" || (target.Width == 1 && output.Type is "category" or "ordered_category") ? int.MaxValue / 2 : target.Width; // an encoder gives no index out of range
            for (int row = 0; row < target.Rows; row++)
            {
                if (!loss.HasTarget(target.Row(row)) || loss.TargetFault(target.Row(row), width) is not { } fault) continue;
                if (mistakes.Count < MostFaults) mistakes.Add($"{(column ??= table()[output.LabelColumn]).Where(row)}: the label '{column.Values[row]}' {fault}, for the loss {LossFit.NameOf(loss)} of output '{output.Name}'. Mend the data, or choose another loss.");
                else further++;
            }
        }
        if (mistakes.Count > 0) throw new DataException(mistakes, further);
    }

    /// <summary>Tells which outputs have no label in the validation part; what the best epoch is chosen by must have some.</summary>
    public static void Warn(Config config, Dataset valid, Problems problems, ICollection<string> warnings)
    {
        foreach (var output in config.Outputs.Where(o => valid.Targets[o.Name].LabelledRows() == 0))
        {
            warnings.Add($"Output '{output.Name}' has no label in the validation part, so its figures there say nothing.");
            foreach (var (figure, part, key) in RunCallbacks.Watched(config)) Refuse(output, figure, part, key, problems);
        }
    }

    private static void Refuse(OutputConfig output, string figure, ConfigPart part, string key, Problems problems)
    {
        if (figure.StartsWith("train:", StringComparison.Ordinal)) return;
        if (Monitor.OutputOf(figure) == output.Name) part.Report(problems, key, $"Output '{output.Name}' has no label in the validation part, so '{figure}' cannot be watched. Choose another figure, or another split.");
    }
}
