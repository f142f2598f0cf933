using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>One thing that a rule found.</summary>
/// <param name="Rule">The name of the rule.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Output">The output that it is about; null if it is about several, or none.</param>
/// <param name="Evidence">What was seen, with the figures.</param>
/// <param name="Advice">What to do.</param>
public sealed record Finding(string Rule, Severity Severity, string? Output, string Evidence, string Advice)
{
    /// <summary>Where in the config it stands; (0, 0) without one.</summary>
    public Mark Place { get; init; }

    /// <summary>The changes of the config that carry the advice out; empty where a person has to decide.</summary>
    public IReadOnlyList<AdviceEdit> Edits { get; init; } = [];

    /// <summary>The lines that these changes alone would change.</summary>
    public IReadOnlyList<DiffLine> Diff { get; init; } = [];
}
