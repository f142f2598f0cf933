namespace Equipoise.Configs;

/// <summary>What sets the weights of the losses while training.</summary>
public sealed record BalanceConfig : ConfigPart
{
    /// <summary>The method: <c>fixed</c> leaves the weights as the outputs say.</summary>
    public string Method { get; init; } = "fixed";

    private static readonly string[] Methods = ["fixed"];

    internal static ConfigSection<BalanceConfig> Section { get; } = new("balance", new BalanceConfig(),
        new ConfigKey<BalanceConfig>("method", "what sets the weights of the losses: fixed leaves them as the outputs say", "fixed", (part, node, path, problems) =>
        {
            if (node.Scalar is { } method && Methods.Contains(method)) return part with { Method = method };
            problems.Add(node.Mark, path, $"There is no balancing method {node.Describe()}. {Catalogs.Suggestion.Advice(node.Scalar ?? "", Methods)}");
            return part;
        }));

    /// <summary>Reads a method's name or a map.</summary>
    internal static BalanceConfig Read(Catalogs.SettingNode node, string path, Catalogs.Problems problems)
        => node.Scalar is not null
            ? Section.Keys[0].Read(new BalanceConfig { Node = node, Path = path }, node, path, problems)
            : Section.Read(node, path, problems);
}
