namespace Equipoise.Advice;

/// <summary>The advice about a data file or a config.</summary>
/// <param name="About">The file.</param>
/// <param name="Part">What the training part is: <c>80,000 training rows by column 'split'</c>.</param>
/// <param name="Outputs">What the data say about each output.</param>
/// <param name="Findings">What rules found, the weightiest first.</param>
public sealed record AdviceReport(string About, string Part, IReadOnlyList<OutputAdvice> Outputs, IReadOnlyList<Finding> Findings)
{
    /// <summary>The text of the config; null for data.</summary>
    public string? Text { get; init; }

    /// <summary>The text with every change that the findings propose, and those that follow from these; the same text if there is none. Null for data.</summary>
    public string? Changed { get; init; }

    /// <summary>Findings that only the changed config gives rise to, whose changes are in <see cref="Changed"/> too.</summary>
    public IReadOnlyList<Finding> Following { get; init; } = [];
}
