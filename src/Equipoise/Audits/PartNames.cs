namespace Equipoise.Audits;

/// <summary>Which part of the data a figure is of, by its name: <c>val_a_loss</c> is <c>a_loss</c> of <c>valid</c>, and so is <c>a_loss/val</c>.</summary>
internal static class PartNames
{
    private static readonly (string Word, string Part)[] Words =
    [
        ("training", "train"), ("train", "train"), ("validation", "valid"), ("valid", "valid"), ("val", "valid"), ("eval", "valid"), ("dev", "valid"), ("testing", "test"), ("test", "test"),
    ];

    /// <summary>Part and remaining name; the part is null if the name does not tell it.</summary>
    public static (string? Part, string Name) Split(string name)
    {
        foreach (var (word, part) in Words)
        {
            if (name.Length > word.Length + 1 && name.StartsWith(word, StringComparison.OrdinalIgnoreCase) && name[word.Length] is '_' or '/' or ':' or '.' or '-' or ' ')
                return (part, name[(word.Length + 1)..].TrimStart());
        }
        // Loss/train and Loss/train/price, as TensorBoard groups them.
        string[] levels = name.Split('/');
        int at = Array.FindIndex(levels, l => Of(l) is not null);
        return at < 0 || levels.Length == 1 ? (null, name) : (Of(levels[at]), string.Join('/', levels.Where((_, i) => i != at)));
    }

    /// <summary>The part that a word names alone, such as the name of a folder; null if none.</summary>
    public static string? Of(string word)
    {
        foreach (var (known, part) in Words)
        {
            if (word.Equals(known, StringComparison.OrdinalIgnoreCase)) return part;
        }
        return null;
    }
}
