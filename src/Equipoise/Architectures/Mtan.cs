using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Architectures;

/// <summary>One shared trunk, and for each output a mask at every block that picks the features it wants.</summary>
/// <remarks>
/// Block l of the trunk: u = activation(x·U + b), v = activation(u·V + c), v going on to the next block. The mask of output t is m = sigmoid(relu(q·A + d)·B + e) with q = u in the first block and [u, a of the block before] in the others;
/// a = m × v is what t has of the block, and that of the last block is its result. Layers: <c>mtan1_shared1</c>, <c>mtan1_shared2</c>, <c>mtan1_attention_OUTPUT</c> (A) and <c>mtan1_mask_OUTPUT</c> (B).
/// Cost of a row: the trunk, and outputs × two layers for each block. Source: Liu, Johns and Davison, "End-to-End Multi-Task Learning with Attention", 2019, equations 1 and 2.
/// Differs: dense layers in place of convolutions and no batch normalisation, so the mask of a block joins the result of the block before without a layer and a pooling between.
/// </remarks>
public sealed record Mtan : Architecture
{
    /// <summary>Width of each block; the last is the width of the result.</summary>
    public IReadOnlyList<int> Units { get; init; } = [64, 64];

    /// <summary>Width within a mask, A; 0: as wide as the block.</summary>
    public int Attention { get; init; }

    /// <summary>Of the shared layers; null for none.</summary>
    public Activation? Activation { get; init; } = new Relu();

    private protected override void Check()
    {
        CheckUnits(Units);
        Require.AtLeast(nameof(Mtan), nameof(Attention), Attention, 0);
    }

    private protected override IReadOnlyList<Node> Build(Node input, IReadOnlyList<string> outputs)
    {
        Node[]? own = null;
        var shared = input;
        for (int block = 1; block <= Units.Count; block++)
        {
            int width = Units[block - 1];
            string name = $"{Prefix}{block}";
            var inner = Chain(shared, $"{name}_shared1", [width], Activation);
            shared = Chain(inner, $"{name}_shared2", [width], Activation);
            var before = own;
            own = [.. outputs.Select((o, t) =>
            {
                var seen = before is null ? inner : Node.Concatenate(inner, before[t]).Named($"{name}_seen_{o}");
                var hidden = Chain(seen, $"{name}_attention_{o}", [Attention == 0 ? width : Attention], new Relu());
                return Node.Multiply(Chain(hidden, $"{name}_mask_{o}", [width], new Sigmoid()), shared).Named($"{name}_{o}");
            })];
        }
        return own!;
    }
}

public static partial class ArchitectureCatalog
{
    /// <summary>mtan</summary>
    public static readonly Entry<Architecture> Mtan = Add("mtan", "a shared trunk, of which each output picks features by masks", new Mtan(),
        Setting<Architecture>.Integers<Mtan>("units", "width of each block", x => x.Units, (x, v) => x with { Units = v }, minimum: 1),
        Setting<Architecture>.Integer<Mtan>("attention", "width within a mask; 0: as wide as the block", x => x.Attention, (x, v) => x with { Attention = v }, minimum: 0),
        Setting<Architecture>.Component<Mtan, Activation>("activation", "of the shared layers", () => ActivationCatalog.Catalog, x => x.Activation, (x, v) => x with { Activation = v }))
        .From("Liu, Johns and Davison, \"End-to-End Multi-Task Learning with Attention\", 2019");
}
