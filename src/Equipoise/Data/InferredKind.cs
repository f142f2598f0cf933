namespace Equipoise.Data;

/// <summary>What a column seems to hold, and why.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Reason">Why, in words with figures: <c>5 distinct values in 86,314 rows: category</c>.</param>
public sealed record InferredKind(ColumnKind Kind, string Reason)
{
    /// <summary>What stands between the labels of a set.</summary>
    public string Separator { get; init; } = " ";

    /// <summary>Whether every row has the same value, or none: nothing to learn from.</summary>
    public bool IsConstant { get; init; }

    /// <summary>Whether it numbers the rows (whole numbers, each once, without large gaps), so that it should not be an input.</summary>
    public bool IsIdentifier { get; init; }

    /// <summary>Whether it names the part that each row belongs to (train, valid, test).</summary>
    public bool IsSplit { get; init; }
}
