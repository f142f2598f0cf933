namespace Equipoise.Audits;

/// <summary>A way in which the total can come from the parts, judged by the log.</summary>
/// <param name="Causes">
/// Names of what it says: <c>sum</c>, <c>mean</c>, <c>weights</c>, <c>already_weighted</c>, <c>not_in_total</c>, <c>regularisation</c>, <c>log_variance</c>, <c>moving_weights</c>, <c>uneven_means</c>,
/// <c>running_total</c>, <c>running_parts</c>, <c>moving_total</c>, <c>moving_parts</c>, <c>unexplained</c>.
/// </param>
/// <param name="Text">The same in a sentence.</param>
/// <param name="Fits">Whether the log allows it.</param>
/// <param name="Probability">How likely it is among all that were tried, each cause counted with its prior; 0 to 1.</param>
/// <param name="Why">Why it fits, or what speaks against it, with the line.</param>
/// <param name="Weights">Effective weights under it; empty for those that do not fit.</param>
public sealed record LossExplanation(IReadOnlyList<string> Causes, string Text, bool Fits, double Probability, string Why, IReadOnlyList<WeightInterval> Weights)
{
    /// <summary>What is left over under it; null if nothing.</summary>
    public LeftoverFigures? Leftover { get; init; }

    /// <summary>Standard deviation of the differences that neither rounding nor a term accounts for, relative to the total.</summary>
    public double Scatter { get; init; }
}
