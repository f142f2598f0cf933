using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Architectures;

/// <summary>Shared experts and experts of each output alone, in several levels: what is shared is separated step by step from what is not.</summary>
/// <remarks>
/// At level l output t has x_t and the shared part x_s, all the network's input at level 1. Experts of t see x_t, shared ones x_s. The gate of t mixes its own experts and the shared ones by softmax(x_t·W + b); the shared gate
/// mixes the experts of all outputs and the shared ones by softmax(x_s·W + b). The mixtures are the inputs of the next level; the last has no shared gate, and its mixtures are the results. One level is <see cref="Cgc"/>.
/// Layers, from level 1: <c>ple1_shared_expert1</c>, <c>ple1_expert1_OUTPUT</c>, <c>ple1_gate_OUTPUT</c>, <c>ple1_shared_gate</c>.
/// Cost of a row: levels × (shared + outputs × own) experts. Source: Tang and others, "Progressive Layered Extraction (PLE): A Novel Multi-Task Learning Model for Personalized Recommendations", 2020, section 4.2. There gates have no bias.
/// A library that is widely used leaves the shared gate out; here it is as in the paper.
/// </remarks>
/// <param name="Levels">How many levels, at least 1.</param>
public sealed record Ple(int Levels = 2) : Architecture
{
    /// <summary>Experts that all outputs share, at each level.</summary>
    public int Shared { get; init; } = 2;

    /// <summary>Experts of each output alone, at each level.</summary>
    public int Own { get; init; } = 1;

    /// <summary>Width of each layer of an expert; the last is the width of the result.</summary>
    public IReadOnlyList<int> Units { get; init; } = [64];

    /// <summary>Of the experts' layers; null for none.</summary>
    public Activation? Activation { get; init; } = new Relu();

    private protected override void Check()
    {
        Require.AtLeast(nameof(Ple), nameof(Levels), Levels, 1);
        Require.AtLeast(nameof(Ple), nameof(Shared), Shared, 1);
        Require.AtLeast(nameof(Ple), nameof(Own), Own, 0);
        CheckUnits(Units);
    }

    private protected override IReadOnlyList<Node> Build(Node input, IReadOnlyList<string> outputs)
    {
        Node[] own = [.. outputs.Select(_ => input)];
        var shared = input;
        for (int level = 1; level <= Levels; level++) (own, shared) = Level($"{Prefix}{level}", own, shared, outputs, last: level == Levels);
        return own;
    }

    // What the outputs' gates give, and what the shared gate gives.
    internal (Node[] Own, Node Shared) Level(string name, Node[] own, Node shared, IReadOnlyList<string> outputs, bool last)
    {
        Node[] common = [.. Experts($"{name}_shared_expert", "", Shared, shared)];
        Node[][] apart = [.. outputs.Select((o, t) => Experts($"{name}_expert", $"_{o}", Own, own[t]))];
        Node[] mixed = [.. outputs.Select((o, t) => Node.Mix([.. apart[t], .. common], Gate(own[t], $"{name}_gate_{o}", Own + Shared)).Named($"{name}_{o}"))];
        if (last) return (mixed, shared);
        Node[] all = [.. apart.SelectMany(e => e), .. common];
        return (mixed, Node.Mix(all, Gate(shared, $"{name}_shared_gate", all.Length)).Named($"{name}_shared"));
    }

    private Node[] Experts(string name, string of, int count, Node input) => [.. Enumerable.Range(1, count).Select(e => Chain(input, $"{name}{e}{of}", Units, Activation))];
}

public static partial class ArchitectureCatalog
{
    /// <summary>ple</summary>
    public static readonly Entry<Architecture> Ple = Add("ple", "shared and own experts in several levels, with a shared gate between them", new Ple(),
        Setting<Architecture>.Integer<Ple>("levels", "how many levels", x => x.Levels, (x, v) => x with { Levels = v }, minimum: 1),
        Setting<Architecture>.Integer<Ple>("shared", "experts that all outputs share, at each level", x => x.Shared, (x, v) => x with { Shared = v }, minimum: 1),
        Setting<Architecture>.Integer<Ple>("own", "experts of each output alone, at each level", x => x.Own, (x, v) => x with { Own = v }, minimum: 0),
        Setting<Architecture>.Integers<Ple>("units", "width of each layer of an expert", x => x.Units, (x, v) => x with { Units = v }, minimum: 1),
        Setting<Architecture>.Component<Ple, Activation>("activation", "of the experts' layers", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }))
        .From("Tang and others, \"Progressive Layered Extraction (PLE): A Novel Multi-Task Learning Model for Personalized Recommendations\", 2020");
}
