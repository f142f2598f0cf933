using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>What sets the weights of the losses: the settings. <see cref="Start"/> gives what runs.</summary>
public abstract record BalancerSettings
{
    /// <summary>What it must be given at each step.</summary>
    public abstract BalancerNeeds Needs { get; }

    /// <summary>Makes what runs, for so many tasks.</summary>
    public abstract Balancer Start(int tasks);
}

/// <summary>Balancers by name. Each balancer's file adds its own line, in another part of this class.</summary>
public static partial class BalancerCatalog
{
    private static Catalog<BalancerSettings>? _catalog;        // no initialiser on purpose: the parts of this class initialise in file order

    /// <summary>All balancers.</summary>
    public static Catalog<BalancerSettings> Catalog => _catalog!;

    private static Entry<BalancerSettings> Add<T>(string name, string summary, T @default, params Setting<BalancerSettings>[] settings) where T : BalancerSettings
        => (_catalog ??= new("balancer")).Add(name, summary, @default, settings);
}
