namespace Equipoise.Audits;

/// <summary>The figures of one part of the data (training, validation) in a log, row by row.</summary>
/// <param name="Part">Which part: <c>train</c>, <c>valid</c>, <c>test</c>.</param>
/// <param name="Columns">Names of the figures, in the order of the log.</param>
/// <param name="Rows">The rows, in the order of the log.</param>
public sealed record LogTable(string Part, IReadOnlyList<string> Columns, IReadOnlyList<LogRow> Rows)
{
    /// <summary>The total, where the form of the log tells it; null where it must be found by its name.</summary>
    public string? Total { get; init; }

    /// <summary>The parts of the total, where the form of the log tells them (<c>a: 1 + b: 2 = total: 3</c>); empty where they must be found by their names.</summary>
    public IReadOnlyList<string> Terms { get; init; } = [];

    /// <summary>Place of a column; -1 if there is none of that name.</summary>
    public int IndexOf(string column)
    {
        for (int c = 0; c < Columns.Count; c++)
        {
            if (Columns[c] == column) return c;
        }
        return -1;
    }
}
