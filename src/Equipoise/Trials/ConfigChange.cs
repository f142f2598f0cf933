using Equipoise.Configs;

namespace Equipoise.Trials;

/// <summary>One setting of a config with another value.</summary>
/// <param name="Path">The setting, by keys with dots: <c>outputs.price.loss</c>; see <see cref="ConfigEdit"/>.</param>
/// <param name="Value">Its value, as it would stand in the config: <c>{huber: {delta: 1}}</c>.</param>
public sealed record ConfigChange(string Path, string Value)
{
    /// <summary>Reads <c>path=value</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="where">Where it comes from, for messages: <c>--variant 2</c>.</param>
    /// <exception cref="ConfigException">There is no '='.</exception>
    public static ConfigChange Parse(string text, string where = "change")
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) throw new ConfigException($"{where}: '{text}' has no '='. Write a setting with dots and its value: outputs.price.loss=huber.");
        return new ConfigChange(text[..equals].Trim(), text[(equals + 1)..].Trim());
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => $"{Path}={Value}";
}
