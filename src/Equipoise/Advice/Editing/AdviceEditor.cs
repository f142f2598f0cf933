using Equipoise.Configs;

namespace Equipoise.Advice;

/// <summary>Makes the changes of a finding in the text of a config, by <see cref="ConfigEdit"/>. What stands behind an anchor is shared with other places, so a change there is refused.</summary>
internal static class AdviceEditor
{
    private const string Where = "advice";

    /// <summary>The text with all edits, one after the other; null if one of them cannot be made.</summary>
    public static string? Apply(string text, IEnumerable<AdviceEdit> edits)
    {
        try
        {
            // Items are taken out from the end, so that the places of those before stay right.
            foreach (var edit in edits.OrderBy(e => e.Kind == EditKind.RemoveItem ? 0 : 1).ThenByDescending(e => e.Item)) text = Apply(text, edit);
            return text;
        }
        catch (ConfigException)
        {
            return null;
        }
    }

    private static string Apply(string text, AdviceEdit edit)
    {
        string path = edit.Part.Length == 0 ? edit.Key : $"{edit.Part}.{edit.Key}";
        return edit.Kind switch
        {
            EditKind.Set => ConfigEdit.Set(text, path, edit.Value!, Where, spareShared: true),
            EditKind.AddItem => ConfigEdit.Add(text, path, edit.Value!, Where, spareShared: true),
            EditKind.Remove => ConfigEdit.Remove(text, path, Where, spareShared: true),
            _ => ConfigEdit.Remove(text, $"{path}[{edit.Item}]", Where, spareShared: true),
        };
    }
}
