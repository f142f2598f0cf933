namespace Equipoise.Data;

/// <summary>An input of a data set as declared: its name, how it is encoded, and from which columns.</summary>
/// <param name="Name">The name of the model's input.</param>
/// <param name="Encoding">How cells become numbers.</param>
/// <param name="Columns">The columns of the table; several for numbers and texts only.</param>
public sealed record DatasetInput(string Name, InputEncoding Encoding, params IReadOnlyList<string> Columns);
