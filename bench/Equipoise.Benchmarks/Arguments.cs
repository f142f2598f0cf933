using System.Globalization;

namespace Equipoise.Benchmarks;

/// <summary>The words after a command: <c>--name value</c>, <c>--name a,b,c</c> or <c>--flag</c>.</summary>
internal sealed class Arguments(string[] words)
{
    public bool Has(string name) => words.Contains(name);

    public string? Text(string name)
    {
        int at = Array.IndexOf(words, name);
        if (at < 0) return null;
        return at + 1 < words.Length ? words[at + 1] : throw new ArgumentException($"{name} wants a value.", nameof(name));
    }

    public int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public string[] List(string name, IReadOnlyList<string> otherwise) => Text(name)?.Split(',') ?? [.. otherwise];

    public int[] Numbers(string name, IReadOnlyList<int> otherwise) => Text(name)?.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray() ?? [.. otherwise];
}
