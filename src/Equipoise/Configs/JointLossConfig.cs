using Equipoise.Catalogs;
using Equipoise.Losses;

namespace Equipoise.Configs;

/// <summary>A loss over several outputs: <c>{name: agree, outputs: [a, b], loss: agreement, weight: 0.1}</c>.</summary>
public sealed record JointLossConfig : ConfigPart
{
    /// <summary>What it is called in the ledger; that of the loss.</summary>
    public string Name { get; init; } = "";

    /// <summary>The outputs, in the order in which the loss counts them.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>The loss; null only where it could not be read.</summary>
    public JointLoss? Loss { get; init; }

    /// <summary>What its raw loss is multiplied with.</summary>
    public double Weight { get; init; } = 1;

    internal static ConfigSection<JointLossConfig> Section { get; } = new("a loss over several outputs", new JointLossConfig(),
        Keys.Text<JointLossConfig>("name", "what it is called in the ledger; the loss's own name", (x, v) => x with { Name = v }),
        Keys.Texts<JointLossConfig>("outputs", "the outputs that it sees, in its order", (x, v) => x with { Outputs = v }),
        Keys.Component<JointLossConfig, JointLoss>("loss", "the loss: agreement, divergence, linear_constraint or sum_error", () => JointLossCatalog.Catalog, (x, v) => x with { Loss = v }),
        Keys.Number<JointLossConfig>("weight", "what its raw loss is multiplied with in the total; 1", "finite number ≥ 0", v => v >= 0, (x, v) => x with { Weight = v }));

    internal static JointLossConfig Read(SettingNode node, string path, Problems problems)
    {
        var read = Section.Read(node, path, problems);
        if (read.Node.Entries is null) return read;
        if (!read.Says("loss")) problems.Add(node.Mark, path, "The 'loss' is missing: {name: agree, outputs: [a, b], loss: agreement}.");
        if (!read.Says("outputs")) problems.Add(node.Mark, path, "The 'outputs' are missing: {name: agree, outputs: [a, b], loss: agreement}.");
        return read.Name.Length == 0 && read.Loss is not null ? read with { Name = JointLossCatalog.Catalog.EntryOf(read.Loss).Name } : read;
    }

    /// <summary>Reports outputs whose type the loss cannot take; types are known by now.</summary>
    internal static void CheckTypes(Config config, Problems problems)
    {
        foreach (var loss in config.Training.Losses.Where(l => l.Loss is Divergence))
            foreach (var number in config.Outputs.Where(o => loss.Outputs.Contains(o.Name) && o.Type is "number" or "sequence"))
                loss.Report(problems, "loss", $"A divergence compares probabilities, but output '{number.Name}' is a {number.Type}. Use agreement.");
    }

    /// <summary>Reports names that there are not, or twice.</summary>
    internal static void Check(Config config, Problems problems)
    {
        string[] names = [.. config.Outputs.Select(o => o.Name)];
        var losses = config.Training.Losses;
        foreach (var loss in losses)
        {
            foreach (string unknown in loss.Outputs.Where(n => !names.Contains(n))) loss.Report(problems, "outputs", $"There is no output called '{unknown}'. {Suggestion.Advice(unknown, names)}");
            foreach (var twice in loss.Outputs.GroupBy(n => n).Where(g => g.Count() > 1)) loss.Report(problems, "outputs", $"'{twice.Key}' stands {twice.Count()} times. Name it once.");
            if (loss.Says("outputs") && loss.Outputs.Count == 1) loss.Report(problems, "outputs", "A loss over several outputs wants at least two. What one output is punished for stands there, as its 'loss'.");
            if (loss.Name.Length > 0 && (names.Contains(loss.Name) || loss.Name is "loss" or "total")) loss.Report(problems, "name", $"'{loss.Name}' is {(names.Contains(loss.Name) ? "an output" : "the sum of all losses")} too. Give the loss a name of its own.");
        }
        foreach (var group in losses.Where(l => l.Name.Length > 0).GroupBy(l => l.Name).Where(g => g.Count() > 1))
            group.Last().Report(problems, "name", $"Two losses over several outputs are called '{group.Key}'. Give each a 'name' of its own.");
    }
}
