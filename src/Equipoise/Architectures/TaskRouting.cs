using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Architectures;

/// <summary>One trunk in which every output uses its own selection of units, drawn once: some are everyone's, the others one output's alone.</summary>
/// <remarks>
/// h_t = m_t × activation(h_t before · W + b), with the same W and b for all outputs and the <see cref="RoutingMask"/> m_t of each layer. Layers: <c>task_routing_layer1</c>, <c>task_routing_mask1_OUTPUT</c>.
/// Cost of a row: outputs × the trunk, since each output walks through it by itself. Source: Strezoski, van Noord and Worring, "Many Task Learning With Task Routing", 2019. There convolutions are masked by channels; here units of dense layers.
/// </remarks>
public sealed record TaskRouting : Architecture
{
    /// <summary>Width of each layer; the last is the width of the result.</summary>
    public IReadOnlyList<int> Units { get; init; } = [64];

    /// <summary>Share of the units of a layer that all outputs use, from 0 to 1.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>Determines which units.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Of the layers; null for none.</summary>
    public Activation? Activation { get; init; } = new Relu();

    private protected override void Check()
    {
        CheckUnits(Units);
        Require.Between(nameof(TaskRouting), nameof(Share), Share, 0, 1);
        Require.AtLeast(nameof(TaskRouting), nameof(Seed), Seed, 0);
    }

    private protected override IReadOnlyList<Node> Build(Node input, IReadOnlyList<string> outputs)
    {
        Node[] streams = [.. outputs.Select(_ => input)];
        for (int layer = 1; layer <= Units.Count; layer++)
        {
            var dense = new Dense(Units[layer - 1]) { Activation = Activation };
            // Weights go by the name of the first node that uses them.
            streams = [.. outputs.Select((o, t) => new RoutingMask(t, outputs.Count, Share, Seed + layer - 1)
                .Apply(dense.Apply(streams[t]).Named(t == 0 ? $"{Prefix}_layer{layer}" : $"{Prefix}_layer{layer}_{o}")).Named($"{Prefix}_mask{layer}_{o}"))];
        }
        return streams;
    }
}

public static partial class ArchitectureCatalog
{
    /// <summary>task_routing</summary>
    public static readonly Entry<Architecture> TaskRouting = Add("task_routing", "one trunk in which each output uses its own selection of units", new TaskRouting(),
        Setting<Architecture>.Integers<TaskRouting>("units", "width of each layer", x => x.Units, (x, v) => x with { Units = v }, minimum: 1),
        Setting<Architecture>.Number<TaskRouting>("share", "share of the units of a layer that all outputs use", x => x.Share, (x, v) => x with { Share = v }, minimum: 0, maximum: 1),
        Setting<Architecture>.Integer<TaskRouting>("seed", "determines which units", x => x.Seed, (x, v) => x with { Seed = v }, minimum: 0),
        Setting<Architecture>.Component<TaskRouting, Activation>("activation", "of the layers", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }))
        .From("Strezoski, van Noord and Worring, \"Many Task Learning With Task Routing\", 2019");
}
