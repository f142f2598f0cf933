using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Architectures;

/// <summary>Experts that all outputs share, and for each output a gate that comes to use a few of them only.</summary>
/// <remarks>
/// <see cref="Mmoe"/> with a <see cref="SparseGate"/> in place of softmax. Layers: <c>dselect_k_expert1</c>, <c>dselect_k_gate_OUTPUT</c>. Each gate's penalty on undecided selectors is a line of its own among the penalties of the ledger.
/// Cost of a row: as <see cref="Mmoe"/>; experts that no gate uses any more are computed all the same.
/// Source: Hazimeh and others, "DSelect-k: Differentiable Selection in the Mixture of Experts with Applications to Multi-Task Learning", 2021.
/// </remarks>
/// <param name="Experts">How many experts, at least 1.</param>
public sealed record DSelectK(int Experts = 4) : Architecture
{
    /// <summary>k: how many experts each output may end with.</summary>
    public int Selectors { get; init; } = 2;

    /// <summary>γ: width of the range in which a selector's bit is undecided.</summary>
    public double Gamma { get; init; } = 1;

    /// <summary>λ: factor of the penalty on undecided selectors.</summary>
    public double Entropy { get; init; } = 1e-6;

    /// <summary>Width of each layer of an expert; the last is the width of the result.</summary>
    public IReadOnlyList<int> Units { get; init; } = [64];

    /// <summary>Of the experts' layers; null for none.</summary>
    public Activation? Activation { get; init; } = new Relu();

    private protected override void Check()
    {
        Require.AtLeast(nameof(DSelectK), nameof(Experts), Experts, 1);
        Require.AtLeast(nameof(DSelectK), nameof(Selectors), Selectors, 1);
        Require.Above(nameof(DSelectK), nameof(Gamma), Gamma, 0);
        Require.AtLeast(nameof(DSelectK), nameof(Entropy), Entropy, 0);
        CheckUnits(Units);
    }

    private protected override IReadOnlyList<Node> Build(Node input, IReadOnlyList<string> outputs)
    {
        Node[] experts = [.. Enumerable.Range(1, Experts).Select(e => Chain(input, $"{Prefix}_expert{e}", Units, Activation))];
        return [.. outputs.Select(o => Node.Mix(experts, new SparseGate(Experts, Selectors) { Gamma = Gamma, Entropy = Entropy }.Apply(input).Named($"{Prefix}_gate_{o}")).Named($"{Prefix}_{o}"))];
    }
}

public static partial class ArchitectureCatalog
{
    /// <summary>dselect_k</summary>
    public static readonly Entry<Architecture> DSelectK = Add("dselect_k", "shared experts of which each output comes to use a few", new DSelectK(),
        Setting<Architecture>.Integer<DSelectK>("experts", "how many experts", x => x.Experts, (x, v) => x with { Experts = v }, minimum: 1),
        Setting<Architecture>.Integer<DSelectK>("selectors", "how many experts each output may end with", x => x.Selectors, (x, v) => x with { Selectors = v }, minimum: 1),
        Setting<Architecture>.Number<DSelectK>("gamma", "width of the range in which a selector's bit is undecided", x => x.Gamma, (x, v) => x with { Gamma = v }, above: 0),
        Setting<Architecture>.Number<DSelectK>("entropy", "factor of the penalty on undecided selectors", x => x.Entropy, (x, v) => x with { Entropy = v }, minimum: 0),
        Setting<Architecture>.Integers<DSelectK>("units", "width of each layer of an expert", x => x.Units, (x, v) => x with { Units = v }, minimum: 1),
        Setting<Architecture>.Component<DSelectK, Activation>("activation", "of the experts' layers", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }))
        .From("Hazimeh and others, \"DSelect-k: Differentiable Selection in the Mixture of Experts with Applications to Multi-Task Learning\", 2021");
}
