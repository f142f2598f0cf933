namespace Equipoise.Data;

/// <summary>Guesses what a column holds from its cells, and tells the reason.</summary>
/// <remarks>
/// In this order, over the cells that are not missing (n cells, d distinct): two values: binary. All numbers: number. Pieces that recur in many
/// combinations, none twice in a cell: set. At most 1,000 values and at least ten rows for each (or at most ten values, two rows for each): category. Else text.
/// Numbers that are only names (postcodes, class numbers) cannot be told from measures: declare those a category. Of a column of more than 200,000 rows so many at the most are looked at, evenly spread.
/// </remarks>
public static class KindInference
{
    private const int MostCategories = 1000;
    private const int MostLabels = 2000;
    private const int MostRows = 200_000;
    private static readonly string[] SetSeparators = [";", "|", ",", " "];

    /// <summary>Guesses the kind of a column.</summary>
    public static InferredKind Infer(Table table, string column)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Infer(table[column]);
    }

    /// <summary>Guesses the kind of a column.</summary>
    public static InferredKind Infer(TableColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        int step = (column.Rows + MostRows - 1) / MostRows, looked = step <= 1 ? column.Rows : (column.Rows + step - 1) / step;
        var counts = step <= 1 ? Cells.Distinct(column) : Cells.Distinct(new TableColumn(column.Name, [.. Enumerable.Range(0, looked).Select(i => column.Values[i * step])], column.Source));
        int present = counts.Values.Sum();
        string rows = $"{Cells.Count(present)} rows{(step <= 1 ? "" : $" looked at of {Cells.Count(column.Rows)}")}";
        string missing = present == looked ? "" : $" ({Cells.Count(looked - present)} more are empty)";
        if (counts.Count == 0) return new InferredKind(ColumnKind.Category, $"no value in {Cells.Count(column.Rows)} rows: nothing to learn from") { IsConstant = true };
        string[] some = [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(3).Select(pair => $"'{Cells.Shown(pair.Key)}'")];
        if (IsSplit(counts)) return new InferredKind(ColumnKind.Category, $"the values {string.Join(", ", some)} name the parts of a split") { IsSplit = true };

        int numbers = 0;
        int whole = 0;
        double smallest = double.MaxValue;
        double largest = double.MinValue;
        var others = new List<KeyValuePair<string, int>>();
        foreach (var pair in counts)
        {
            if (!Cells.TryNumber(pair.Key, out double value))
            {
                others.Add(pair);
                continue;
            }
            numbers += pair.Value;
            if (value == Math.Floor(value)) whole += pair.Value;
            smallest = Math.Min(smallest, value);
            largest = Math.Max(largest, value);
        }
        string range = FormattableString.Invariant($"from {smallest} to {largest}");
        if (counts.Count == 1)
            return new InferredKind(numbers > 0 ? ColumnKind.Number : ColumnKind.Category, $"one value, {some[0]}, in {rows}{missing}: {(numbers > 0 ? "number" : "category")}, but nothing to learn from") { IsConstant = true };
        if (counts.Count == 2 && present > 2) return new InferredKind(ColumnKind.Binary, $"2 distinct values, {string.Join(" and ", some)}, in {rows}{missing}: binary");
        if (numbers == present)
        {
            bool identifier = whole == present && counts.Count == present && present > 10 && largest - smallest < 2.0 * present * Math.Max(step, 1);
            string kind = whole == present ? "whole numbers" : "numbers";
            string reason = identifier ? $"{kind} {range}, each once in {rows}: number, but it seems to count the rows"
                : whole == present && counts.Count <= 20 ? $"{counts.Count} distinct {kind} {range} in {rows}{missing}: number (declare it a category if they are names)"
                : $"{kind} {range} in {rows}{missing}: number";
            return new InferredKind(ColumnKind.Number, reason) { IsIdentifier = identifier };
        }
        // A few marks for "no value" among numbers are worth a word, since the column could then be a number.
        string remark = numbers >= 0.9 * present && others.Count <= 3 && counts.Count > 20
            ? $"; {string.Join(", ", others.Select(pair => $"'{Cells.Shown(pair.Key)}' ({Cells.Count(pair.Value)} rows)"))} beside numbers {range}: name it under 'missing' if it means no value" : "";

        if (FindSet(counts, present) is { } set)
            return new InferredKind(ColumnKind.Set, $"{Cells.Count(set.Labels)} labels in {Cells.Count(counts.Count)} combinations, parted by {(set.Separator == " " ? "spaces" : $"'{set.Separator}'")}, in {rows}{missing}: set{remark}") { Separator = set.Separator };
        bool few = counts.Count <= MostCategories && present >= 10L * counts.Count;
        bool veryFew = counts.Count <= 10 && present >= 2 * counts.Count;
        if (few || veryFew) return new InferredKind(ColumnKind.Category, $"{Cells.Count(counts.Count)} distinct values in {rows}{missing}: category{remark}");
        double words = counts.Sum(pair => (double)pair.Value * Cells.Pieces(pair.Key, " ").Length) / present;
        return new InferredKind(ColumnKind.Text, FormattableString.Invariant($"{Cells.Count(counts.Count)} distinct values in {rows}{missing}, {words:0.#} words on average: text{remark}"));
    }

    private static bool IsSplit(Dictionary<string, int> counts) => counts.Count is 2 or 3 && counts.Keys.Any(Split.IsTrain) && counts.Keys.All(Split.IsPart);

    // A set: some cells have several pieces, hardly any cell has one piece twice, each piece recurs, and there are fewer pieces than combinations of them.
    private static (string Separator, int Labels)? FindSet(Dictionary<string, int> counts, int present)
    {
        foreach (string separator in SetSeparators)
        {
            var labels = new HashSet<string>(StringComparer.Ordinal);
            long pieceCount = 0;
            int several = 0;
            int repeating = 0;
            bool tooMany = false;
            foreach (var (cell, times) in counts)
            {
                string[] pieces = Cells.Pieces(cell, separator);
                if (pieces.Length > 1) several += times;
                pieceCount += (long)pieces.Length * times;
                int before = repeating;
                for (int i = 0; i < pieces.Length; i++)
                {
                    labels.Add(pieces[i]);
                    if (repeating == before && Array.IndexOf(pieces, pieces[i], 0, i) >= 0) repeating += times;
                }
                tooMany = labels.Count > MostLabels;
                if (tooMany) break;
            }
            if (tooMany || several < 0.1 * present || repeating > 0.002 * several) continue;
            // Names of two words look like sets of words, so spaces need clearly fewer pieces than combinations.
            if (labels.Count * (separator == " " ? 2 : 1) < counts.Count && pieceCount >= 5L * labels.Count) return (separator, labels.Count);
        }
        return null;
    }
}
