using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>Where a setting stands in a config, written with dots: <c>outputs.price.loss</c>. A part of a list is named by its name or its place from 0.</summary>
internal static class ConfigAddress
{
    /// <summary>A step of the way: a key or a name, or a place in a list.</summary>
    /// <param name="Name">The key or the name; of a place, the number as written.</param>
    /// <param name="Index">The place in a list, from 0; null for a name.</param>
    /// <param name="Column">Where it stands in the address, from 1.</param>
    internal sealed record Step(string Name, int? Index, int Column);

    /// <summary>The steps of an address. A name with a dot in it stands in quotation marks.</summary>
    public static IReadOnlyList<Step> Parse(string address, Problems problems)
    {
        var steps = new List<Step>();
        int at = 0;
        while (at < address.Length)
        {
            int start = at;
            if (address[at] == '[')
            {
                int close = address.IndexOf(']', at);
                if (close < 0 || !int.TryParse(address[(at + 1)..close], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
                {
                    problems.Add(new Mark(1, start + 1), "", "A place in a list is written [0], [1], ...");
                    return steps;
                }
                steps.Add(new Step(address[(at + 1)..close], index, start + 1));
                at = close + 1;
            }
            else if (address[at] is '"' or '\'')
            {
                int close = address.IndexOf(address[at], at + 1);
                if (close < 0)
                {
                    problems.Add(new Mark(1, start + 1), "", "The quotation mark that begins here is never closed.");
                    return steps;
                }
                steps.Add(new Step(address[(at + 1)..close], null, start + 1));
                at = close + 1;
            }
            else
            {
                while (at < address.Length && address[at] is not ('.' or '[')) at++;
                string name = address[start..at].Trim();
                if (name.Length == 0) problems.Add(new Mark(1, start + 1), "", "A key is missing here. A setting is named by keys with dots between them: training.epochs.");
                steps.Add(new Step(name, null, start + 1));
            }
            if (at >= address.Length) break;
            if (address[at] == '.' && ++at == address.Length) problems.Add(new Mark(1, at + 1), "", "A key is missing at the end.");
            else if (at < address.Length && address[at - 1] != '.' && address[at] != '[') problems.Add(new Mark(1, at + 1), "", "A dot is missing here.");
            if (problems.Any) return steps;
        }
        if (steps.Count == 0) problems.Add(new Mark(1, 1), "", "The setting has no name. Write one with dots: training.epochs=20.");
        return steps;
    }
}
