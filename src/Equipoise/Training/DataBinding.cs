using Equipoise.Data;
using Equipoise.Engine.Graphs;
using Equipoise.Engine.Operations;
using Equipoise.Models;

namespace Equipoise.Training;

/// <summary>Checks that a data set fits a model, and tells every mistake at once.</summary>
internal static class DataBinding
{
    private const int MostFaultsEach = 3;

    public static void Check(Model model, IReadOnlyDictionary<string, Output>? outputs, Dataset data)
    {
        var mistakes = new List<string>();
        if (data.Rows == 0) mistakes.Add("The data set has no rows.");
        for (int i = 0; i < model.Inputs.Count; i++) CheckInput(model.Inputs[i], model.InputNodes[i].Operation, data, mistakes);
        if (outputs is not null)
        {
            foreach (var output in model.Outputs) CheckOutput(output, outputs[output.Name], data, mistakes);
        }
        if (mistakes.Count > 0) throw new DataException(mistakes);
    }

    private static void CheckInput(ModelInput input, Operation operation, Dataset data, List<string> mistakes)
    {
        if (!data.Inputs.TryGetValue(input.Name, out var column))
        {
            mistakes.Add($"The data set has no input '{input.Name}'. {Catalogs.Suggestion.Advice(input.Name, [.. data.Inputs.Keys])}");
            return;
        }
        string? fault = (input.Kind, column) switch
        {
            (InputKind.Numbers, NumbersColumn numbers) when numbers.Width == input.Shape.Size => null,
            (InputKind.Numbers, NumbersColumn numbers) => $"has rows of [{string.Join(", ", numbers.Shape)}], but the model wants {input.Shape}",
            (InputKind.Tokens, IndicesColumn indices) when indices.Length == input.Shape.Size => null,
            (InputKind.Tokens, IndicesColumn indices) => $"has {indices.Length} indices a row, but the model wants {input.Shape.Size}",
            (InputKind.Bag, BagColumn bag) when bag.Vocabulary == input.Shape.Size => null,
            (InputKind.Bag, BagColumn bag) => $"is over {bag.Vocabulary} features, but the model wants {input.Shape.Size}",
            (InputKind.Numbers, _) => "must be numbers (NumbersColumn)",
            (InputKind.Tokens, _) => "must be indices (IndicesColumn)",
            _ => "must be bags (BagColumn)",
        };
        if (fault is null && operation is InputIndices { Vocabulary: var vocabulary } && column is IndicesColumn { Values: var values, Length: var length })
        {
            long wrong = values.Find(v => (uint)v >= (uint)vocabulary);
            if (wrong >= 0) fault = $"has the index {values[wrong]} in row {wrong / length}, but its vocabulary is {vocabulary}, so indices are 0 to {vocabulary - 1}";
        }
        if (fault is not null) mistakes.Add($"Input '{input.Name}' {fault}.");
    }

    private static void CheckOutput(ModelOutput output, Output settings, Dataset data, List<string> mistakes)
    {
        foreach (string column in settings.Metrics.Concat(settings.WeightedMetrics).SelectMany(m => m.Columns).Distinct().Where(c => !data.Columns.ContainsKey(c)))
        {
            mistakes.Add($"The data set has no column '{column}', which a metric of output '{output.Name}' looks at. {Catalogs.Suggestion.Advice(column, [.. data.Columns.Keys])}");
        }
        if (settings.Loss is null && settings.Metrics.Count + settings.WeightedMetrics.Count == 0 && !data.Targets.ContainsKey(output.Name)) return;
        if (!data.Targets.TryGetValue(output.Name, out var target))
        {
            mistakes.Add($"The data set has no target '{output.Name}'. {Catalogs.Suggestion.Advice(output.Name, [.. data.Targets.Keys])}");
            return;
        }
        int items = settings.Loss is { Scope: not Losses.LossScope.Position } ? 1 : output.Shape.Positions;
        int wanted = settings.Loss?.TargetWidth(output.Shape.Width) ?? (target.Width % items == 0 ? target.Width / items : output.Shape.Width);
        if (wanted == Losses.Loss.AnyWidth) wanted = target.Width;
        if (target.Width != wanted * items)
        {
            string why = settings.Loss is null ? "" : $" ({settings.Loss.GetType().Name} on an output of {output.Shape})";
            mistakes.Add($"Target '{output.Name}' has {target.Width} numbers a row, but {wanted * items} are wanted{why}.");
            return;
        }
        if (target.Weights is not null && target.WeightsPerRow != 1 && target.WeightsPerRow != items)
        {
            mistakes.Add($"Target '{output.Name}' has {target.WeightsPerRow} weights a row, but {(items == 1 ? "1 is" : $"1 or {items} are")} wanted: one for the row{(items == 1 ? "" : ", or one for each position")}.");
        }
        if (settings.Loss is not null) CheckTargets(output, settings, target, wanted, mistakes);
    }

    private static void CheckTargets(ModelOutput output, Output settings, TargetColumn target, int width, List<string> mistakes)
    {
        int faults = 0;
        for (long item = 0; item < target.Values.Length / width; item++)
        {
            var values = target.Values.Span(item * width, width);
            if (!settings.Loss!.HasTarget(values) || settings.Loss.TargetFault(values, output.Shape.Width) is not { } fault) continue;
            if (++faults <= MostFaultsEach) mistakes.Add($"Target '{output.Name}', row {item * width / target.Width}: {fault}.");
        }
        if (faults > MostFaultsEach) mistakes.Add($"Target '{output.Name}': {faults - MostFaultsEach} more rows like these.");
    }
}
