using System.Globalization;

namespace Equipoise.Data;

/// <summary>What several encoders need of table cells: numbers, distinct values, sorted labels, pieces of a set.</summary>
internal static class Cells
{
    public static bool TryNumber(string text, out double value)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>The numbers of a column, NaN where missing; what is no number is added to the mistakes.</summary>
    public static double[] Numbers(TableColumn column, Mistakes mistakes)
    {
        var numbers = new double[column.Rows];
        for (int row = 0; row < numbers.Length; row++)
        {
            string? text = column.Values[row];
            if (text is null) numbers[row] = double.NaN;
            else if (TryNumber(text, out double value)) numbers[row] = value;
            else
            {
                numbers[row] = double.NaN;
                mistakes.Add($"{column.Where(row)}: '{Shown(text)}' is not a number. {NumberRemedy(text)}");
            }
        }
        return numbers;
    }

    /// <summary>Counts of the distinct values, missing ones left out.</summary>
    public static Dictionary<string, int> Distinct(TableColumn column)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string? value in column.Values)
            if (value is not null) System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, value, out _)++;
        return counts;
    }

    /// <summary>Labels in the order people expect: by number if all are numbers, else by character code.</summary>
    public static string[] Sorted(IEnumerable<string> labels)
    {
        string[] sorted = [.. labels];
        if (sorted.All(label => TryNumber(label, out _))) System.Array.Sort(sorted, static (a, b) => Compare(a, b));
        else System.Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;

        static int Compare(string a, string b)
        {
            TryNumber(a, out double x);
            TryNumber(b, out double y);
            int order = x.CompareTo(y);
            return order != 0 ? order : string.CompareOrdinal(a, b);
        }
    }

    /// <summary>The most frequent values: those seen often enough, and no more than the limit (0: none); ties by character code; returned sorted.</summary>
    public static string[] Frequent(Dictionary<string, int> counts, int minimum, int maximum)
    {
        var kept = counts.Where(pair => pair.Value >= minimum).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key);
        return Sorted(maximum > 0 ? kept.Take(maximum) : kept);
    }

    /// <summary>Positions of labels.</summary>
    public static Dictionary<string, int> Index(IReadOnlyList<string> labels)
    {
        var index = new Dictionary<string, int>(labels.Count, StringComparer.Ordinal);
        for (int i = 0; i < labels.Count; i++)
            if (!index.TryAdd(labels[i], i)) throw new DataException($"The label '{labels[i]}' is listed twice. List each one once.");
        return index;
    }

    /// <summary>The pieces of a set; a space as separator stands for any white space.</summary>
    public static string[] Pieces(string text, string separator)
        => separator == " "
            ? text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            : text.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A value short enough for a message.</summary>
    public static string Shown(string text) => text.Length <= 60 ? text : text[..57] + "...";

    public static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A warning about values that training had not: how many, and the first few.</summary>
    public static void WarnUnseen(ICollection<string>? warnings, TableColumn column, Dictionary<string, int> unseen, string consequence)
    {
        if (warnings is EncodingWarnings several) several.Add(column, unseen, consequence, (rows, all) => Unseen(column, rows, all, consequence));
        else if (warnings is not null && unseen.Count > 0) warnings.Add(Unseen(column, column.Rows, unseen, consequence));
    }

    private static string Unseen(TableColumn column, int rows, Dictionary<string, int> unseen, string consequence)
    {
        string some = string.Join(", ", unseen.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(5).Select(pair => $"'{Shown(pair.Key)}'"));
        return $"{column.Source}: column '{column.Name}': {Count(unseen.Values.Sum())} of {Count(rows)} rows have values that the training part does not have ({some}{(unseen.Count > 5 ? ", ..." : "")}); {consequence}.";
    }

    public static DataException NoValue(TableColumn column, string what)
        => new($"{column.Source}: column '{column.Name}' has no {what} in the {Count(column.Rows)} training rows. Leave it out, or check the split.");

    private static string NumberRemedy(string text)
    {
        if (text.Contains(',', StringComparison.Ordinal)) return "Write numbers as 1234.5, without thousands separators and with a decimal point.";
        return text.Any(char.IsAsciiDigit) ? "Remove units and signs from it." : "Leave the cell empty, or name this text under 'missing', if it means that there is no value; or declare the column a category.";
    }
}
