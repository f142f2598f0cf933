using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Architectures;

/// <summary>Experts that all outputs share and experts of each output alone, mixed by a gate of each output: customised gate control.</summary>
/// <remarks>
/// y_t = Σ over the experts e of t and the shared ones of p_t[e] × E_e(x), p_t = softmax(x·W_t + b_t): one level of <see cref="Ple"/>. Layers: <c>cgc_shared_expert1</c>, <c>cgc_expert1_OUTPUT</c>, <c>cgc_gate_OUTPUT</c>.
/// Cost of a row: shared + outputs × own experts. Source: Tang and others, "Progressive Layered Extraction (PLE)", 2020, section 4.1. There gates have no bias.
/// </remarks>
/// <param name="Shared">Experts that all outputs share, at least 1.</param>
public sealed record Cgc(int Shared = 2) : Architecture
{
    /// <summary>Experts of each output alone.</summary>
    public int Own { get; init; } = 1;

    /// <summary>Width of each layer of an expert; the last is the width of the result.</summary>
    public IReadOnlyList<int> Units { get; init; } = [64];

    /// <summary>Of the experts' layers; null for none.</summary>
    public Activation? Activation { get; init; } = new Relu();

    private protected override void Check()
    {
        Require.AtLeast(nameof(Cgc), nameof(Shared), Shared, 1);
        Require.AtLeast(nameof(Cgc), nameof(Own), Own, 0);
        CheckUnits(Units);
    }

    private protected override IReadOnlyList<Node> Build(Node input, IReadOnlyList<string> outputs)
        => new Ple(1) { Shared = Shared, Own = Own, Units = Units, Activation = Activation }.Level(Prefix, [.. outputs.Select(_ => input)], input, outputs, last: true).Own;
}

public static partial class ArchitectureCatalog
{
    /// <summary>cgc</summary>
    public static readonly Entry<Architecture> Cgc = Add("cgc", "shared experts and experts of each output, mixed by a gate of each output", new Cgc(),
        Setting<Architecture>.Integer<Cgc>("shared", "experts that all outputs share", x => x.Shared, (x, v) => x with { Shared = v }, minimum: 1),
        Setting<Architecture>.Integer<Cgc>("own", "experts of each output alone", x => x.Own, (x, v) => x with { Own = v }, minimum: 0),
        Setting<Architecture>.Integers<Cgc>("units", "width of each layer of an expert", x => x.Units, (x, v) => x with { Units = v }, minimum: 1),
        Setting<Architecture>.Component<Cgc, Activation>("activation", "of the experts' layers", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }))
        .From("Tang and others, \"Progressive Layered Extraction (PLE): A Novel Multi-Task Learning Model for Personalized Recommendations\", 2020");
}
