namespace Equipoise.Data;

/// <summary>The labels of an output as declared: the output's name, how they are encoded, and from which column.</summary>
/// <param name="Name">The name of the model's output.</param>
/// <param name="Encoding">How cells become labels.</param>
/// <param name="Column">The column of the table.</param>
/// <param name="Weights">A column of sample weights for this output, or null.</param>
public sealed record DatasetTarget(string Name, TargetEncoding Encoding, string Column, string? Weights = null);
