using System.Globalization;
using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Losses;

namespace Equipoise.Advice;

/// <summary>A softmax, as activation or inside the loss, on an output whose rows may have several labels, or on a single yes or no.</summary>
/// <remarks>A softmax shares one probability out: with three labels in a row none can get more than a third without cost, and the usual threshold of ½ finds none of them. Training refuses the loss; this mends it.</remarks>
public sealed class SoftmaxOnSetRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "softmax_on_set";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Error;

    /// <summary>Whether an output has the mistake.</summary>
    internal static bool IsWrong(OutputConfig output)
        => output.Type is "set" or "binary" && (output.Activation is Softmax || output.Loss is CategoricalHinge || (output.Loss is { } loss && (loss.OnLogits ?? loss).Link == OutputLink.Softmax));

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Of("set", "binary").Where(o => o.Config is not null && IsWrong(o.Config)))
        {
            var config = output.Config!;
            var s = output.Statistics;
            string evidence = output.Type == "set"
                ? string.Create(CultureInfo.InvariantCulture, $"'{output.Name}' has {s["labels_per_row"]:0.##} labels a row on average and up to {s["most_labels"]:0}; {100 * s["several_share"]:0.#} % of the rows have two or more. A softmax gives them one probability to share.")
                : $"'{output.Name}' is a yes or no, a single number: its softmax is always 1.";
            var edits = new List<AdviceEdit>();
            if (config.Says("loss") && (config.Loss is CategoricalHinge || (config.Loss!.OnLogits ?? config.Loss).Link == OutputLink.Softmax)) edits.Add(AdviceEdit.Set(config, "loss", "binary_crossentropy"));
            if (config.Activation is Softmax) edits.Add(AdviceEdit.Remove(config, "activation"));
            if (OutputEdits.MetricNames(config).Any(m => m is "categorical_accuracy" or "top_k_accuracy" or "categorical_crossentropy" or "categorical_hinge"))
                edits.Add(AdviceEdit.Set(config, "metrics", SettingNode.List(output.Metrics.Take(2).Select(m => OutputEdits.Node(m.Name)))));
            yield return Found(output, config.Says("loss") ? "loss" : "activation", evidence, "Use binary_crossentropy, and no activation: each label gets a probability of its own.", [.. edits]);
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="SoftmaxOnSetRule"/>.</summary>
    public static readonly Entry<AdviceRule> SoftmaxOnSet = Add("a softmax where a row may have several labels, or is a yes or no", new SoftmaxOnSetRule());
}
