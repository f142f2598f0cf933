using Equipoise.Catalogs;

namespace Equipoise.Balancing;

/// <summary>What sets the weights of the losses: the settings. <see cref="Start"/> gives what runs.</summary>
public abstract record BalancerSettings
{
    /// <summary>What it must be given at each step.</summary>
    public BalancerNeeds Needs => Wants | (Rescale == WeightScale.MeanNorm ? BalancerNeeds.Gramian : BalancerNeeds.None);

    /// <summary>True when the combined gradient of the shared parameters is not Σ weight × gradient with one weight for each output, so that the method writes it itself.</summary>
    public virtual bool GivesDirection => false;

    /// <summary>What <see cref="Balancer.OwnTerm"/> is called in an account, in snake case; null when the method learns no numbers of its own.</summary>
    public virtual string? OwnTermName => null;

    /// <summary>To what the weights are scaled.</summary>
    public WeightScale Rescale { get; init; }

    /// <summary>What the layers of one output alone receive; for whoever applies the weights, it changes nothing here.</summary>
    public HeadWeighting HeadWeighting { get; init; }

    /// <summary>New weights are made every so many steps and kept in between, when nothing needs to be given. Methods that give a direction make one at each step.</summary>
    public int UpdateEvery { get; init; } = 1;

    /// <summary>What the method itself must be given.</summary>
    protected abstract BalancerNeeds Wants { get; }

    /// <summary>Makes what runs, for so many outputs.</summary>
    public abstract Balancer Start(int tasks);
}

/// <summary>Balancers by name. Each balancer's file adds its own line, in another part of this class.</summary>
public static partial class BalancerCatalog
{
    private static Catalog<BalancerSettings>? _catalog;        // no initialiser on purpose: the parts of this class initialise in file order

    /// <summary>All balancers.</summary>
    public static Catalog<BalancerSettings> Catalog => _catalog!;

    // Every method that moves weights has the settings of the base record, after its own.
    private static Entry<BalancerSettings> Add<T>(string name, string summary, T @default, params Setting<BalancerSettings>[] settings) where T : BalancerSettings
        => (_catalog ??= new("balancer")).Add(name, summary, @default, [.. settings,
            Setting<BalancerSettings>.Choice<BalancerSettings, WeightScale>("rescale", "to what the weights are scaled", get: x => x.Rescale, set: (x, v) => x with { Rescale = v }),
            Setting<BalancerSettings>.Choice<BalancerSettings, HeadWeighting>("head_weighting", "what the layers of one output alone receive", get: x => x.HeadWeighting, set: (x, v) => x with { HeadWeighting = v }),
            Setting<BalancerSettings>.Integer<BalancerSettings>("update_every", "steps between new weights", get: x => x.UpdateEvery, set: (x, v) => x with { UpdateEvery = v }, minimum: 1)]);

    private static Entry<BalancerSettings> AddPlain<T>(string name, string summary, T @default, params Setting<BalancerSettings>[] settings) where T : BalancerSettings
        => (_catalog ??= new("balancer")).Add(name, summary, @default, settings);
}
