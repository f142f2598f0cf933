namespace Equipoise.Data;

/// <summary>How a table is read from a file.</summary>
public sealed record TableOptions
{
    /// <summary>The separator of fields; null finds it from the file's name and first line.</summary>
    public char? Separator { get; init; }

    /// <summary>Texts that mean "no value" besides the empty one, such as <c>NA</c>; compared exactly.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Reads only the first so many rows; 0 reads all.</summary>
    public int MaximumRows { get; init; }
}
