using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Equipoise.Advice;

/// <summary>The places of all values of a config in its text, by path: <c>outputs[1].loss</c>, the whole as the empty path.</summary>
internal static class ConfigPlaces
{
    /// <summary>Reads a text that is known to be a config.</summary>
    public static IReadOnlyDictionary<string, ConfigPlace> Read(string text)
    {
        var parser = new Parser(new StringReader(text));
        parser.MoveNext(); // the stream
        parser.MoveNext(); // the document
        parser.MoveNext();
        var places = new Dictionary<string, ConfigPlace>(StringComparer.Ordinal);
        Walk(parser, "", -1, -1, false, places);
        return places;
    }

    private static void Walk(Parser parser, string path, int keyStart, int keyEnd, bool shared, Dictionary<string, ConfigPlace> places)
    {
        var begin = parser.Current!;
        shared |= begin is NodeEvent { Anchor.IsEmpty: false };
        int start = (int)begin.Start.Index, end = (int)begin.End.Index;
        var children = new List<string>();
        var kind = begin switch
        {
            MappingStart map => map.Style == YamlDotNet.Core.Events.MappingStyle.Flow ? PlaceKind.FlowMap : PlaceKind.BlockMap,
            SequenceStart list => list.Style == YamlDotNet.Core.Events.SequenceStyle.Flow ? PlaceKind.FlowList : PlaceKind.BlockList,
            AnchorAlias => PlaceKind.Alias,
            _ => PlaceKind.Scalar,
        };
        if (begin is MappingStart)
        {
            parser.MoveNext();
            while (parser.Current is not MappingEnd)
            {
                var key = (Scalar)parser.Current!;
                string inner = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
                parser.MoveNext();
                Walk(parser, inner, (int)key.Start.Index, (int)key.End.Index, shared, places);
                children.Add(inner);
                parser.MoveNext();
            }
        }
        else if (begin is SequenceStart)
        {
            parser.MoveNext();
            while (parser.Current is not SequenceEnd)
            {
                string inner = $"{path}[{children.Count}]";
                Walk(parser, inner, -1, -1, shared, places);
                children.Add(inner);
                parser.MoveNext();
            }
        }
        if (kind is PlaceKind.FlowMap or PlaceKind.FlowList) end = (int)parser.Current!.Start.Index + 1; // the closing bracket
        else if (children.Count > 0)
        {
            start = places[children[0]].KeyStart >= 0 ? places[children[0]].KeyStart : start;
            end = places[children[^1]].End;
        }
        places[path] = new ConfigPlace(start, end, kind) { KeyStart = keyStart, KeyEnd = keyEnd, Children = children, IsShared = shared };
    }
}
