namespace Equipoise.Data;

/// <summary>At which end a short sequence is filled up.</summary>
public enum TextPadding
{
    /// <summary>After the text.</summary>
    Right,

    /// <summary>Before the text.</summary>
    Left,
}
