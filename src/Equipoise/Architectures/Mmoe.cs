using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Architectures;

/// <summary>Several experts that all outputs share, and for each output a gate that mixes them, row by row.</summary>
/// <remarks>
/// y_t = Σ over e of p_t[e] × E_e(x), p_t = softmax(x·W_t + b_t); E_e dense layers. Layers: <c>mmoe_expert1</c> and on, <c>mmoe_gate_OUTPUT</c>.
/// Cost of a row: experts × the layers of one; a gate is in × experts. Source: Ma and others, "Modeling Task Relationships in Multi-task Learning with Multi-gate Mixture-of-Experts", 2018, section 4. There gates have no bias.
/// </remarks>
/// <param name="Experts">How many experts, at least 1.</param>
public sealed record Mmoe(int Experts = 4) : Architecture
{
    /// <summary>Width of each layer of an expert; the last is the width of the result.</summary>
    public IReadOnlyList<int> Units { get; init; } = [64];

    /// <summary>Of the experts' layers; null for none.</summary>
    public Activation? Activation { get; init; } = new Relu();

    private protected override void Check()
    {
        Require.AtLeast(nameof(Mmoe), nameof(Experts), Experts, 1);
        CheckUnits(Units);
    }

    private protected override IReadOnlyList<Node> Build(Node input, IReadOnlyList<string> outputs)
    {
        Node[] experts = [.. Enumerable.Range(1, Experts).Select(e => Chain(input, $"{Prefix}_expert{e}", Units, Activation))];
        return [.. outputs.Select(o => Node.Mix(experts, Gate(input, $"{Prefix}_gate_{o}", Experts)).Named($"{Prefix}_{o}"))];
    }
}

public static partial class ArchitectureCatalog
{
    /// <summary>mmoe</summary>
    public static readonly Entry<Architecture> Mmoe = Add("mmoe", "shared experts, mixed for each output by a gate of its own", new Mmoe(),
        Setting<Architecture>.Integer<Mmoe>("experts", "how many experts", x => x.Experts, (x, v) => x with { Experts = v }, minimum: 1),
        Setting<Architecture>.Integers<Mmoe>("units", "width of each layer of an expert", x => x.Units, (x, v) => x with { Units = v }, minimum: 1),
        Setting<Architecture>.Component<Mmoe, Activation>("activation", "of the experts' layers", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }))
        .From("Ma and others, \"Modeling Task Relationships in Multi-task Learning with Multi-gate Mixture-of-Experts\", 2018");
}
