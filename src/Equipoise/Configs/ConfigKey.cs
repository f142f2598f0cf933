using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>One key of a part of a config: what it means, what it takes, and how it is read.</summary>
/// <param name="Name">The key.</param>
/// <param name="Meaning">What it says, with its default.</param>
/// <param name="Values">What it takes, in words.</param>
/// <param name="Read">The part with the key's value; a mistake is reported and leaves the part as it was.</param>
internal sealed record ConfigKey<T>(string Name, string Meaning, string Values, Func<T, SettingNode, string, Problems, T> Read) where T : ConfigPart;
