using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Architectures;

/// <summary>A network for each output, joined after every layer by learned factors: each goes on with a mixture of all.</summary>
/// <remarks>
/// h_t = activation(x_t·W_t + b_t), then x_t of the next layer = Σ over j of α[t, j] × h_j, after the last layer too. α [outputs, outputs] of each layer begins with <see cref="OwnShare"/> where t = j, and what is left shared equally by the others;
/// it is free of bounds. Layers: <c>cross_stitch1_OUTPUT</c> (dense) and <c>cross_stitch1_stitch_OUTPUT</c> (a row of α).
/// Cost of a row: outputs × a trunk of its own. Source: Misra and others, "Cross-stitch Networks for Multi-task Learning", 2016, equation 1, with one α for all units of a layer; the paper begins with 0.9 and 0.1 for two tasks.
/// A library that is widely used begins with 1 everywhere, which makes all networks alike from the first step.
/// </remarks>
public sealed record CrossStitch : Architecture
{
    /// <summary>Width of each layer; the last is the width of the result.</summary>
    public IReadOnlyList<int> Units { get; init; } = [64, 64];

    /// <summary>What each output begins to take from its own network, from 0 to 1.</summary>
    public double OwnShare { get; init; } = 0.9;

    /// <summary>Of the layers; null for none.</summary>
    public Activation? Activation { get; init; } = new Relu();

    private protected override void Check()
    {
        CheckUnits(Units);
        Require.Between(nameof(CrossStitch), nameof(OwnShare), OwnShare, 0, 1);
    }

    private protected override IReadOnlyList<Node> Build(Node input, IReadOnlyList<string> outputs)
    {
        Node[] streams = [.. outputs.Select(_ => input)];
        for (int layer = 1; layer <= Units.Count; layer++)
        {
            Node[] own = [.. outputs.Select((o, t) => Chain(streams[t], $"{Prefix}{layer}_{o}", [Units[layer - 1]], Activation))];
            streams = [.. outputs.Select((o, t) => new LearnedSum(t, OwnShare).Apply(own).Named($"{Prefix}{layer}_stitch_{o}"))];
        }
        return streams;
    }
}

public static partial class ArchitectureCatalog
{
    /// <summary>cross_stitch</summary>
    public static readonly Entry<Architecture> CrossStitch = Add("cross_stitch", "a network for each output, mixed after every layer by learned factors", new CrossStitch(),
        Setting<Architecture>.Integers<CrossStitch>("units", "width of each layer", x => x.Units, (x, v) => x with { Units = v }, minimum: 1),
        Setting<Architecture>.Number<CrossStitch>("own_share", "what each output begins to take from its own network", x => x.OwnShare, (x, v) => x with { OwnShare = v }, minimum: 0, maximum: 1),
        Setting<Architecture>.Component<CrossStitch, Activation>("activation", "of the layers", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }))
        .From("Misra and others, \"Cross-stitch Networks for Multi-task Learning\", 2016");
}
