using Equipoise.Data;

namespace Equipoise.Advice;

/// <summary>Finds columns of 0 and 1 of which exactly one is 1 in every row: one class, spread over several columns.</summary>
internal static class OneHotColumns
{
    /// <summary>The groups among <paramref name="columns"/>, each of at least three; columns whose names begin alike are looked at first, then all of them.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Find(Table train, IReadOnlyList<string> columns)
    {
        string[] flags = [.. columns.Where(c => train[c].Values.All(v => v is "0" or "1"))];
        var groups = new List<IReadOnlyList<string>>();
        foreach (var named in flags.GroupBy(Stem).Where(g => g.Key.Length > 0 && g.Count() >= 3)) Add([.. named]);
        if (groups.Count == 0 && flags.Length >= 3) Add(flags);
        return groups;

        void Add(string[] group)
        {
            var values = group.Select(c => train[c].Values).ToArray();
            for (int row = 0; row < train.Rows; row++)
            {
                if (values.Count(v => v[row] == "1") != 1) return;
            }
            if (train.Rows > 0) groups.Add(group);
        }
    }

    private static string Stem(string name)
    {
        int end = name.LastIndexOfAny(['_', '.', '-', ':', '=']);
        return end > 0 ? name[..end] : "";
    }
}
