using System.Collections.ObjectModel;

namespace Equipoise.Data;

/// <summary>Warnings of a table that is encoded piece by piece: what is counted in each piece is told once, of all of them.</summary>
internal sealed class EncodingWarnings : Collection<string>
{
    private readonly List<Unseen> _unseen = [];

    private sealed record Unseen(string Source, string Column, string Consequence, Dictionary<string, int> Counts, Func<int, Dictionary<string, int>, string> Tell)
    {
        public int Rows { get; set; }
    }

    /// <summary>Values of a piece that training had not; an empty dictionary counts the rows.</summary>
    /// <param name="column">The column of the piece.</param>
    /// <param name="unseen">The values and how often each comes.</param>
    /// <param name="consequence">What tells one warning about a column from another.</param>
    /// <param name="tell">The warning, from all rows and all counts.</param>
    public void Add(TableColumn column, Dictionary<string, int> unseen, string consequence, Func<int, Dictionary<string, int>, string> tell)
    {
        var all = _unseen.Find(u => u.Source == column.Source && u.Column == column.Name && u.Consequence == consequence);
        if (all is null) _unseen.Add(all = new Unseen(column.Source, column.Name, consequence, new Dictionary<string, int>(StringComparer.Ordinal), tell));
        all.Rows += column.Rows;
        foreach (var (value, times) in unseen) all.Counts[value] = all.Counts.GetValueOrDefault(value) + times;
    }

    /// <summary>The warnings of all pieces so far; then it begins again.</summary>
    public void MoveTo(ICollection<string> warnings)
    {
        foreach (string warning in this) warnings.Add(warning);
        foreach (var unseen in _unseen.Where(u => u.Counts.Count > 0)) warnings.Add(unseen.Tell(unseen.Rows, unseen.Counts));
        Clear();
        _unseen.Clear();
    }
}
