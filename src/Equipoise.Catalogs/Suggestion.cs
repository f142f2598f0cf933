namespace Equipoise.Catalogs;

/// <summary>Finds the nearest known name to a misspelt one.</summary>
public static class Suggestion
{
    /// <summary>The known name nearest to <paramref name="name"/> by edits (swaps count one), or null if none is near: more than a third of its letters, and more than two, would have to change.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        string wanted = Plain(name);
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string candidate in known)
        {
            int distance = Distance(wanted, Plain(candidate));
            if (distance >= bestDistance) continue;
            best = candidate;
            bestDistance = distance;
        }
        return bestDistance <= Math.Max(2, name.Length / 3) ? best : null;
    }

    /// <summary>The end of an error text: "Known: a, b, c. Did you mean 'b'?", the known names in the order given.</summary>
    public static string Advice(string name, IReadOnlyCollection<string> known)
    {
        string list = known.Count == 0 ? "There are none." : $"Known: {string.Join(", ", known)}.";
        return Nearest(name, known) is { } nearest ? $"{list} Did you mean '{nearest}'?" : list;
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    // Damerau-Levenshtein distance, restricted form (optimal string alignment).
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) table[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) table[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                int distance = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) distance = Math.Min(distance, table[i - 2, j - 2] + 1);
                table[i, j] = distance;
            }
        }
        return table[a.Length, b.Length];
    }
}
