using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Losses;

namespace Equipoise.Advice;

/// <summary>A declared softmax or sigmoid in front of a loss that would work on raw predictions: values are clipped near 0 and 1, and no gradient passes there.</summary>
/// <remarks>Quiet if a branch or another output reads the output: it would get raw predictions instead.</remarks>
public sealed class ActivationRule : AdviceRule
{
    /// <inheritdoc/>
    public override string Name => "activation_before_loss";

    /// <inheritdoc/>
    public override Severity Severity => Severity.Hint;

    internal override IEnumerable<Finding> Check(AdviceCase about)
    {
        foreach (var output in about.Outputs)
        {
            if (output.Config is not { Activation: { } activation, Loss: { OnLogits: { } raw } } config || SoftmaxOnSetRule.IsWrong(config)) continue;
            bool same = (raw.Link == OutputLink.Softmax && activation is Softmax) || (raw.Link == OutputLink.Sigmoid && activation is Sigmoid);
            bool isRead = about.Config!.Branches.Any(b => b.From.Contains(output.Name)) || about.Config.Outputs.Any(o => o.From.Contains(output.Name));
            if (!same || isRead) continue;
            string name = ActivationCatalog.Catalog.EntryOf(activation).Name;
            yield return Found(output, "activation", $"'{output.Name}' declares the activation {name}, so its loss sees probabilities, clipped to at least 1e-7: a hopelessly wrong answer gets no gradient.",
                $"Leave it out: the loss then takes the {name} together with the logarithm, exactly; predictions are probabilities all the same.", AdviceEdit.Remove(config, "activation"));
        }
    }
}

public static partial class AdviceRuleCatalog
{
    /// <summary><see cref="ActivationRule"/>.</summary>
    public static readonly Entry<AdviceRule> ActivationBeforeLoss = Add("a declared softmax or sigmoid in front of a loss that works on raw predictions", new ActivationRule());
}
