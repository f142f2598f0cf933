using Equipoise.Balancing;
using Equipoise.Catalogs;

namespace Equipoise.Configs;

/// <summary>What sets the weights of the losses while training.</summary>
public sealed record BalanceConfig : ConfigPart
{
    /// <summary>The method; <see cref="FixedWeights"/> leaves the weights as the outputs say.</summary>
    public BalancerSettings Method { get; init; } = new FixedWeights();

    /// <summary>Reads a method's name, <c>{method: name, setting: value}</c>, or <c>{name: settings}</c>.</summary>
    internal static BalanceConfig Read(SettingNode node, string path, Problems problems)
    {
        var balance = new BalanceConfig { Node = node, Path = path };
        var method = node;
        if (node.Find("method") is { } named)
        {
            var settings = SettingNode.Map(node.Entries!.Where(e => e.Key != "method"), named.Value.Mark);
            method = named.Value.Scalar is { } name ? SettingNode.Map([new SettingEntry(name, settings, named.Value.Mark)], node.Mark) : named.Value;
        }
        return BalancerCatalog.Catalog.Read(method, path, problems) is { } read ? balance with { Method = read } : balance;
    }
}
