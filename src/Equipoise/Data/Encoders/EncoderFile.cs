using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>Reads back the encoders that a run saved.</summary>
public static class EncoderFile
{
    /// <summary>The input encoder that <see cref="InputEncoder.ToJson"/> wrote; it encodes to the same bits.</summary>
    /// <exception cref="DataException">The kind is unknown, or a part is missing.</exception>
    public static InputEncoder ReadInput(JsonObject json)
    {
        string kind = EncoderJson.Text(json, "kind");
        var entry = InputEncodingCatalog.Catalog.TryFind(kind) ?? throw new DataException($"The saved encoder is of the kind '{kind}', which this version does not know. {Catalogs.Suggestion.Advice(kind, InputEncodingCatalog.Catalog.Names)}");
        return entry.Default.Load(json);
    }

    /// <summary>The target encoder that <see cref="TargetEncoder.ToJson"/> wrote; it encodes to the same bits.</summary>
    /// <exception cref="DataException">The kind is unknown, or a part is missing.</exception>
    public static TargetEncoder ReadTarget(JsonObject json)
    {
        string kind = EncoderJson.Text(json, "kind");
        var entry = TargetEncodingCatalog.Catalog.TryFind(kind) ?? throw new DataException($"The saved encoder is of the kind '{kind}', which this version does not know. {Catalogs.Suggestion.Advice(kind, TargetEncodingCatalog.Catalog.Names)}");
        return entry.Default.Load(json);
    }
}
