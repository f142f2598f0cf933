using System.Globalization;
using Equipoise.Balancing;
using Equipoise.Engine.Graphs;
using Equipoise.Metrics;
using Equipoise.Models;

namespace Equipoise.Training;

/// <summary>Checks what a model is compiled with; every mistake is told at once.</summary>
internal static class CompileRules
{
    public static void Check(Model model, CompileOptions options)
    {
        var mistakes = new List<string>();
        string[] names = [.. model.Outputs.Select(o => o.Name)];
        foreach (string name in options.Outputs.Keys.Where(n => !names.Contains(n)))
        {
            mistakes.Add($"There is a loss for '{name}', but the model has no such output. {Catalogs.Suggestion.Advice(name, names)}");
        }
        foreach (var output in model.Outputs)
        {
            if (options.Outputs.TryGetValue(output.Name, out var settings)) CheckOutput(output, settings, mistakes);
            else mistakes.Add($"Output '{output.Name}' has no loss. Add one to CompileOptions.Outputs, or new Output(Loss: null) if it is not to be trained.");
        }
        if (mistakes.Count == 0 && options.Outputs.Values.All(o => o.Loss is null)) mistakes.Add("No output has a loss, so there is nothing to train.");
        CheckJointLosses(model, options, mistakes);
        if (options.Workers < 0) mistakes.Add($"Workers is {options.Workers}, but must be at least 0; 0 means one for each processor.");
        CheckBalancer(model, options, mistakes);
        try
        {
            options.Optimizer.Check();
        }
        catch (ArgumentException problem)
        {
            mistakes.Add(problem.Message);
        }
        if (mistakes.Count > 0) throw new ModelException(mistakes);
    }

    private static void CheckJointLosses(Model model, CompileOptions options, List<string> mistakes)
    {
        string[] names = [.. model.Outputs.Select(o => o.Name)];
        foreach (var twice in options.JointLosses.GroupBy(j => j.Name).Where(g => g.Count() > 1)) mistakes.Add($"{twice.Count()} losses over several outputs are called '{twice.Key}'. Give each a name of its own.");
        foreach (var joint in options.JointLosses)
        {
            string what = $"The loss '{joint.Name}' over several outputs";
            if (string.IsNullOrWhiteSpace(joint.Name)) mistakes.Add("A loss over several outputs has no name. Give it one for the ledger.");
            if (names.Contains(joint.Name) || joint.Name is "loss" or "total") mistakes.Add($"{what} is called like {(names.Contains(joint.Name) ? "an output" : "the total")}. Give it another name.");
            if (!(joint.Weight >= 0 && double.IsFinite(joint.Weight))) mistakes.Add(string.Create(CultureInfo.InvariantCulture, $"The weight of the loss '{joint.Name}' is {joint.Weight}, but must be finite and at least 0."));
            foreach (string unknown in joint.Outputs.Where(n => !names.Contains(n))) mistakes.Add($"{what} names '{unknown}', but the model has no such output. {Catalogs.Suggestion.Advice(unknown, names)}");
            foreach (var twice in joint.Outputs.GroupBy(n => n).Where(g => g.Count() > 1)) mistakes.Add($"{what} names the output '{twice.Key}' {twice.Count()} times. Name it once.");
            ModelOutput[] outputs = [.. model.Outputs.Where(o => joint.Outputs.Contains(o.Name) && options.Outputs.ContainsKey(o.Name))];
            foreach (var output in outputs) CheckJointOutput(what, joint, output, options.Outputs[output.Name], mistakes);
            if (outputs.Select(o => o.Shape.Positions).Distinct().Count() > 1) mistakes.Add($"{what} compares position with position, but its outputs have {string.Join(" and ", outputs.Select(o => $"{o.Shape}"))} a row. Name outputs of the same length.");
            if (outputs.Length != joint.Outputs.Count) continue;
            try
            {
                joint.Loss.Check([.. joint.Outputs.Select(n => WidthIn(outputs.Single(o => o.Name == n), options.Outputs[n]))]);
            }
            catch (ArgumentException problem)
            {
                mistakes.Add($"{what} ({string.Join(", ", joint.Outputs)}): {problem.Message}");
            }
        }
    }

    private static int WidthIn(ModelOutput output, Output settings) => settings.Loss?.PointWidth(output.Shape.Width) ?? output.Shape.Width;

    private static void CheckJointOutput(string what, JointTerm joint, ModelOutput output, Output settings, List<string> mistakes)
    {
        if (settings.Loss is { Scope: not Losses.LossScope.Position }) mistakes.Add($"{what} sees single predictions, but the loss of output '{output.Name}' judges whole rows or the whole batch. Leave that output out.");
        else if (settings.Loss is { PredictsTarget: false } and not Losses.GaussianNegativeLogLikelihood) mistakes.Add($"{what} wants predictions that are values or probabilities, but those of output '{output.Name}' are figures of another form ({settings.Loss.GetType().Name}). Leave that output out.");
        if (settings is { ToUnits: not null, UnitSlope: null }) mistakes.Add($"{what} sees predictions in their unit, so output '{output.Name}' needs the derivative of ToUnits: set Output.UnitSlope.");
        if (joint.Loss.NeedsLabels && settings.Loss is null && settings.Metrics.Count + settings.WeightedMetrics.Count == 0) mistakes.Add($"{what} looks at labels, but output '{output.Name}' has neither a loss nor metrics, so no labels are read for it. Give it a metric.");
    }

    private static void CheckBalancer(Model model, CompileOptions options, List<string> mistakes)
    {
        var (balancer, name) = (options.Balancer, options.Balancer.GetType().Name);
        Output[] trained = [.. model.Outputs.Select(o => options.Outputs.GetValueOrDefault(o.Name)).OfType<Output>().Where(o => o.Loss is not null)];
        bool gradients = (balancer.Needs & (BalancerNeeds.Gramian | BalancerNeeds.CrossGramian | BalancerNeeds.Gradients)) != 0;
        if (options.Diagnose < 0) mistakes.Add($"Diagnose is {options.Diagnose}, but must be at least 0; 0 means never.");
        if (gradients && trained.Length > 1 && !SharesParameters(model, options)) mistakes.Add($"The balancer {name} compares the gradients that the outputs have in the layers they share, but no trained layer reaches more than one of them. Use a method that needs losses only, or let outputs share a layer.");
        if (balancer.GivesDirection && options.Scope != GradientView.AllShared) mistakes.Add($"The balancer {name} makes the gradient of the shared layers itself, so it must see all of them: leave the scope at all_shared.");
        else if ((balancer.Needs & (BalancerNeeds.CrossGramian | BalancerNeeds.Gradients)) != 0 && options.Scope == GradientView.SharedFeatures) mistakes.Add($"The balancer {name} wants the gradients of parameters, but the scope shared_features has those of features only. Use all_shared or last_shared, or a method that needs inner products alone.");
        if ((balancer.Needs & BalancerNeeds.Scores) != 0 && !trained.Any(o => o.Metrics.Concat(o.WeightedMetrics).Any(m => m.Direction == MetricDirection.HigherIsBetter)))
        {
            mistakes.Add($"The balancer {name} weighs by a metric from 0 to 1 that is better when higher, such as accuracy or f1, but no output has one. Add one to Output.Metrics.");
        }
        if (trained.Length == 0) return;
        try
        {
            balancer.Start(trained.Length);
        }
        catch (ArgumentException problem)
        {
            mistakes.Add($"The balancer {name} does not fit: {problem.Message}");
        }
    }

    private static bool SharesParameters(Model model, CompileOptions options)
    {
        var plan = model.Graph.Compile(model.OutputNodes, Mode.Training, model.Watched);
        int[] trained = [.. Enumerable.Range(0, model.Outputs.Count).Where(k => options.Outputs.GetValueOrDefault(model.Outputs[k].Name)?.Loss is not null)];
        return plan.Parameters.Any(p => p.Trainable && trained.Count(plan.ReachOf(p).Contains) > 1);
    }

    private static void CheckOutput(ModelOutput output, Output settings, List<string> mistakes)
    {
        if (!(settings.Weight >= 0 && double.IsFinite(settings.Weight)))
        {
            mistakes.Add(string.Create(CultureInfo.InvariantCulture, $"The weight of output '{output.Name}' is {settings.Weight}, but must be finite and at least 0."));
        }
        foreach (var (label, weight) in settings.ClassWeights ?? new Dictionary<int, double>())
        {
            if (!(weight >= 0 && double.IsFinite(weight))) mistakes.Add(string.Create(CultureInfo.InvariantCulture, $"The weight of class {label} of output '{output.Name}' is {weight}, but must be finite and at least 0."));
            int classes = Math.Max(2, WidthIn(output, settings));
            if (label < 0 || label >= classes) mistakes.Add($"Output '{output.Name}' has a weight for class {label}, but its classes are 0 to {classes - 1}.");
        }
        foreach (var group in settings.Metrics.Select(m => m.Name).Concat(settings.WeightedMetrics.Select(m => $"weighted_{m.Name}")).GroupBy(n => n).Where(g => g.Count() > 1)) mistakes.Add($"Output '{output.Name}' has the metric '{group.Key}' {group.Count()} times.");
        try
        {
            settings.Loss?.TargetWidth(output.Shape.Width);
        }
        catch (ArgumentException problem)
        {
            mistakes.Add($"Output '{output.Name}' {output.Shape}: {problem.Message}");
        }
        foreach (var metric in settings.Metrics.Concat(settings.WeightedMetrics))
        {
            try
            {
                metric.Start(metric.JudgesQuantiles && settings.Loss is { PredictsQuantiles: true } ? output.Shape.Width : WidthIn(output, settings));
            }
            catch (ArgumentException problem)
            {
                mistakes.Add($"Metric '{metric.Name}' of output '{output.Name}' {output.Shape}: {problem.Message}");
            }
        }
    }
}
