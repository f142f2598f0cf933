using Equipoise.Balancing;
using Equipoise.Catalogs;
using Equipoise.Training;

namespace Equipoise.Configs;

/// <summary>What sets the weights of the losses while training.</summary>
public sealed record BalanceConfig : ConfigPart
{
    private static ConfigKey<BalanceConfig> ScopeKey { get; } = Keys.Choice<BalanceConfig, GradientView>("scope", "of which shared layers gradients are seen; all_shared", (x, v) => x with { Scope = v });

    /// <summary>The method; <see cref="FixedWeights"/> leaves the weights as the outputs say.</summary>
    public BalancerSettings Method { get; init; } = new FixedWeights();

    /// <summary>Of which shared layers a method that needs gradients sees them: <c>all_shared</c>, <c>last_shared</c> or <c>shared_features</c>.</summary>
    public GradientView Scope { get; init; }

    /// <summary>Reads a method's name, <c>{method: name, setting: value}</c>, or <c>{name: settings}</c>. Beside <c>method</c>, <c>every</c> is short for <c>update_every</c>.</summary>
    internal static BalanceConfig Read(SettingNode node, string path, Problems problems)
    {
        var balance = new BalanceConfig { Node = node, Path = path };
        var method = node;
        if (node.Find("method") is { } named)
        {
            if (node.Find("scope") is { } scope) balance = ScopeKey.Read(balance, scope.Value, $"{path}.scope", problems);
            var settings = SettingNode.Map(node.Entries!.Where(e => e.Key is not ("method" or "scope")).Select(e => e.Key == "every" ? e with { Key = "update_every" } : e), named.Value.Mark);
            method = named.Value.Scalar is { } name ? SettingNode.Map([new SettingEntry(name, settings, named.Value.Mark)], node.Mark) : named.Value;
        }
        return BalancerCatalog.Catalog.Read(method, path, problems) is { } read ? balance with { Method = read } : balance;
    }
}
