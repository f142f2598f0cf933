namespace Equipoise.Data;

/// <summary>What pieces a text is cut into for a sequence.</summary>
public enum TextTokens
{
    /// <summary>Runs of letters, digits and underscores; what stands between them is dropped.</summary>
    Words,

    /// <summary>Each character (code point).</summary>
    Characters,

    /// <summary>Each run of n characters, overlapping.</summary>
    Ngrams,
}
