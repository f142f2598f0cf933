using Equipoise.Data;

namespace Equipoise.Advice;

/// <summary>Finds data of pairs: two columns that hold things of one kind, whether alike or not is what a yes-or-no output tells.</summary>
/// <remarks>
/// Two columns of texts or names are of one kind if at least a fifth of the different values of the smaller one also stand in the other, each has at least 20 of them, and they are equal in less than a twentieth of
/// the rows. Whole numbers count as names only if there are 500 or more that fill at least half of their range: numbers of images, not counts.
/// </remarks>
internal static class PairColumns
{
    private const int Fewest = 20;
    private const int FewestNumbers = 500;
    private const double SharedShare = 0.2;
    private const double EqualShare = 0.05;

    /// <summary>The pairs among <paramref name="columns"/> with the share of values that they have in common.</summary>
    public static IReadOnlyList<(string First, string Second, double Shared)> Find(Table train, IReadOnlyList<string> columns)
    {
        var sets = new List<(string Column, HashSet<string> Values)>();
        foreach (string column in columns)
        {
            var kind = KindInference.Infer(train, column);
            if (kind.Kind is ColumnKind.Binary or ColumnKind.OrderedCategory || kind.IsConstant || kind.IsSplit || kind.IsIdentifier) continue;
            var values = Cells.Distinct(train[column]).Keys.ToHashSet(StringComparer.Ordinal);
            if (values.Count >= Fewest && (kind.Kind != ColumnKind.Number || AreNumbersOfThings(values))) sets.Add((column, values));
        }
        var pairs = new List<(string, string, double)>();
        for (int i = 0; i < sets.Count; i++)
        {
            for (int k = i + 1; k < sets.Count; k++)
            {
                var (small, large) = sets[i].Values.Count <= sets[k].Values.Count ? (sets[i].Values, sets[k].Values) : (sets[k].Values, sets[i].Values);
                double shared = (double)small.Count(large.Contains) / small.Count;
                if (shared >= SharedShare && large.Count <= 5 * small.Count && Equal(train, sets[i].Column, sets[k].Column) < EqualShare) pairs.Add((sets[i].Column, sets[k].Column, shared));
            }
        }
        return pairs;
    }

    private static double Equal(Table train, string first, string second)
        => (double)train[first].Values.Zip(train[second].Values).Count(v => v.First is not null && v.First == v.Second) / Math.Max(1, train.Rows);

    private static bool AreNumbersOfThings(HashSet<string> values)
    {
        if (values.Count < FewestNumbers) return false;
        double least = double.MaxValue, most = 0;
        foreach (string value in values)
        {
            if (value.Length > 9 || !value.All(char.IsAsciiDigit)) return false;
            double number = double.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
            least = Math.Min(least, number);
            most = Math.Max(most, number);
        }
        return values.Count >= 0.5 * (most - least + 1);
    }
}
