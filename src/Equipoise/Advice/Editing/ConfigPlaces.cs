using Equipoise.Configs;

namespace Equipoise.Advice;

/// <summary>The places of all values of a config in its text, by path: <c>outputs[1].loss</c>, the whole as the empty path.</summary>
internal static class ConfigPlaces
{
    /// <summary>Reads a text that is known to be a config.</summary>
    public static IReadOnlyDictionary<string, ConfigPlace> Read(string text)
    {
        var places = new Dictionary<string, ConfigPlace>(StringComparer.Ordinal);
        Add(TextSpot.Read(text), "", null, false, places);
        return places;
    }

    private static void Add(TextSpot spot, string path, TextSpot? key, bool shared, Dictionary<string, ConfigPlace> places)
    {
        shared |= spot.HasAnchor;
        var children = new List<string>();
        foreach (var (name, value) in spot.Entries ?? [])
        {
            children.Add(path.Length == 0 ? name.Scalar! : $"{path}.{name.Scalar}");
            Add(value, children[^1], name, shared, places);
        }
        foreach (var item in spot.Items ?? [])
        {
            children.Add($"{path}[{children.Count}]");
            Add(item, children[^1], null, shared, places);
        }
        var kind = spot switch
        {
            { IsAlias: true } => PlaceKind.Alias,
            { Entries: not null } => spot.InBrackets ? PlaceKind.FlowMap : PlaceKind.BlockMap,
            { Items: not null } => spot.InBrackets ? PlaceKind.FlowList : PlaceKind.BlockList,
            _ => PlaceKind.Scalar,
        };
        places[path] = new ConfigPlace(spot.Start, spot.End, kind) { KeyStart = key?.Start ?? -1, KeyEnd = key?.End ?? -1, Children = children, IsShared = shared };
    }
}
