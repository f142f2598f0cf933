using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Advice;

/// <summary>One thing to look for in data and configs. Each has a file of its own, which adds it to <see cref="AdviceRuleCatalog"/>.</summary>
/// <remarks>
/// A rule looks at statistics of the training part alone. If it proposes changes, the changed config must load, and the rule must find nothing of the same in it: otherwise <c>--write</c> would never end.
/// </remarks>
public abstract class AdviceRule
{
    /// <summary>Its name in snake case.</summary>
    public abstract string Name { get; }

    /// <summary>How much what it finds matters.</summary>
    public abstract Severity Severity { get; }

    /// <summary>Whether it looks at choices of a config; the others look at data alone.</summary>
    public virtual bool NeedsConfig => true;

    internal abstract IEnumerable<Finding> Check(AdviceCase about);

    /// <summary>A finding about an output, at the place of one of its keys.</summary>
    private protected Finding Found(OutputAdvice output, string key, string evidence, string advice, params AdviceEdit[] edits)
        => new(Name, Severity, output.Name, evidence, advice) { Place = output.Config?.MarkOf(key) ?? default, Edits = edits };

    /// <summary>A finding about something else than one output.</summary>
    private protected Finding Found(ConfigPart? part, string key, string evidence, string advice, params AdviceEdit[] edits)
        => new(Name, Severity, null, evidence, advice) { Place = part?.MarkOf(key) ?? default, Edits = edits };
}

/// <summary>Every rule by name. Each rule's file adds its own line, in another part of this class.</summary>
public static partial class AdviceRuleCatalog
{
    // No initialiser on purpose: parts initialise in file order, so whichever runs first makes the catalogue.
    private static Catalog<AdviceRule>? _catalog;

    /// <summary>The catalogue.</summary>
    public static Catalog<AdviceRule> Catalog => _catalog!;

    private static Entry<AdviceRule> Add(string summary, AdviceRule rule) => (_catalog ??= new("rule")).Add(rule.Name, summary, rule);
}
