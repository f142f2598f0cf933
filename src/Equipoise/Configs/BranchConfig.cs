using Equipoise.Catalogs;
using Equipoise.Layers;

namespace Equipoise.Configs;

/// <summary>Layers on top of what inputs, other branches or outputs give, under a name of its own: for an output in the middle of the network, or one output that sees another's prediction.</summary>
public sealed record BranchConfig : ConfigPart
{
    /// <summary>Its name; no input, output or other branch has the same.</summary>
    public string Name { get; init; } = "";

    /// <summary>The inputs, branches and outputs that it reads, joined in this order. Of an output it gets the last projection: raw predictions, before softmax or sigmoid.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>The layer that makes one of several sources; null: they stand side by side.</summary>
    public Layer? Join { get; init; }

    /// <summary>Its layers; none: it gives on what it reads.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];

    internal static ConfigSection<BranchConfig> Section { get; } = new("a branch", new BranchConfig(),
        Keys.Text<BranchConfig>("name", "its name", (x, v) => x with { Name = v }),
        Keys.Texts<BranchConfig>("from", "the inputs, branches and outputs that it reads", (x, v) => x with { From = v }),
        Keys.Component<BranchConfig, Layer>("join", "the layer that makes one of several sources: subtract, multiply, euclidean_distance ...; concatenate", () => LayerCatalog.Catalog, (x, v) => x with { Join = v }),
        Keys.Layers<BranchConfig>("layers", "its layers; none: it gives on what it reads", (x, v) => x with { Layers = v }));

    internal static BranchConfig Read(SettingNode node, string path, Problems problems)
    {
        var branch = Section.Read(node, path, problems, _ => []);
        if (branch.Node.Entries is null) return branch;
        if (branch.Name.Length == 0 && !branch.Says("name")) problems.Add(node.Mark, path, "The 'name' of the branch is missing.");
        if (branch.From.Count == 0 && !branch.Says("from")) problems.Add(node.Mark, path, "A branch needs 'from': the inputs, branches or outputs that it reads.");
        return branch;
    }
}
