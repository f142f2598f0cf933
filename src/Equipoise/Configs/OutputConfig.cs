using Equipoise.Activations;
using Equipoise.Catalogs;
using Equipoise.Data;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Metrics;

namespace Equipoise.Configs;

/// <summary>One output: the column it predicts, its loss, weight and metrics, and its own layers.</summary>
public sealed record OutputConfig : ConfigPart
{
    private const double UsualBeta = 0.999;

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The column with its labels; null: the one called like the output.</summary>
    public string? Column { get; init; }

    /// <summary>The type: an entry of <see cref="TargetEncodingCatalog"/>; null: found out from the data.</summary>
    public string? Type { get; init; }

    /// <summary>How its labels are encoded; null until the type is known.</summary>
    public TargetEncoding? Encoding { get; init; }

    /// <summary>Its loss; null: the usual one for its type.</summary>
    public Loss? Loss { get; init; }

    /// <summary>What its raw loss is multiplied with.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Its metrics; null: the usual ones for its type.</summary>
    public IReadOnlyList<Metric>? Metrics { get; init; }

    /// <summary>The inputs, branches and other outputs that it reads in place of the trunk, joined in this order; empty: the trunk.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>The layer that makes one of several sources; null: they stand side by side.</summary>
    public Layer? Join { get; init; }

    /// <summary>Own layers between the trunk and the last projection.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];

    /// <summary>Whether a last dense layer gives the output its width; without it the layers before must.</summary>
    public bool Projection { get; init; } = true;

    /// <summary>The activation of the last projection; null: none, and a loss on raw predictions where there is one.</summary>
    public Activation? Activation { get; init; }

    /// <summary>Weights of the classes or labels by name in the loss; null: all 1, or balanced.</summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

    /// <summary>Whether the classes get weights so that each counts the same: all labels / (classes × labels of the class).</summary>
    public bool BalancedClasses { get; init; }

    /// <summary>β of <see cref="Losses.EffectiveNumber"/>, where the classes get weights by it; null: they do not.</summary>
    public double? EffectiveNumber { get; init; }

    /// <summary>Whether classes or labels have weights.</summary>
    internal bool WeighsClasses => ClassWeights is not null || BalancedClasses || EffectiveNumber is not null;

    /// <summary>The column.</summary>
    internal string LabelColumn => Column ?? Name;

    internal static ConfigSection<OutputConfig> Section { get; } = new("an output", new OutputConfig(),
        Keys.Text<OutputConfig>("name", "its name, and its column if no other is given", (x, v) => x with { Name = v }),
        Keys.Text<OutputConfig>("column", "the column with its labels", (x, v) => x with { Column = v }),
        Keys.Text<OutputConfig>("type", "number, category, ordered_category, binary, set or sequence; found out from the data, but for sequence", (x, v) => x with { Type = v }),
        Keys.Component<OutputConfig, Loss>("loss", "its loss; the usual one for its type", () => LossCatalog.Catalog, (x, v) => x with { Loss = v }),
        new ConfigKey<OutputConfig>("losses", "several losses in place of one, each as {LOSS: settings, name: NAME, weight: 1}; the output's weight comes on top", "list of losses", NamedLosses.Read),
        Keys.Number<OutputConfig>("weight", "what its raw loss is multiplied with; 1", "finite number ≥ 0", v => v >= 0, (x, v) => x with { Weight = v }),
        Keys.Components<OutputConfig, Metric>("metrics", "its metrics; the usual ones for its type", () => MetricCatalog.Catalog, (x, v) => x with { Metrics = v }),
        Keys.Texts<OutputConfig>("from", "the inputs, branches and other outputs that it reads in place of the trunk", (x, v) => x with { From = v }),
        Keys.Component<OutputConfig, Layer>("join", "the layer that makes one of several sources: subtract, multiply, euclidean_distance ...; concatenate", () => LayerCatalog.Catalog, (x, v) => x with { Join = v }),
        Keys.Layers<OutputConfig>("layers", "own layers before the last projection", (x, v) => x with { Layers = v }),
        Keys.Flag<OutputConfig>("projection", "whether a last dense layer gives the output its width; without it the layers before must", (x, v) => x with { Projection = v }),
        Keys.Component<OutputConfig, Activation>("activation", "the activation of the last projection; none: the loss works on raw predictions", () => ActivationCatalog.Catalog, (x, v) => x with { Activation = v }),
        new ConfigKey<OutputConfig>("class_weights", "weights of the classes or labels in the loss, by name; or balanced: labels / (classes × labels of the class); or effective_number, with beta: (1 − beta) / (1 − beta^labels of the class)", "balanced, effective_number, {effective_number: beta} or {class: weight}", ReadClassWeights));

    internal static OutputConfig Read(SettingNode node, string path, Problems problems)
    {
        var output = Section.Read(node, path, problems, EncodingKeys.OfOutput);
        if (output.Node.Entries is null) return output;
        if (output.Name.Length == 0 && output.Column is not null) output = output with { Name = output.Column };
        if (output.Name.Length == 0 && !output.Says("name")) problems.Add(node.Mark, path, "The 'name' of the output is missing.");
        if (output.Says("loss") && output.Says("losses")) output.Report(problems, "losses", "'loss' is for one loss and 'losses' for several. Remove one of them.");
        if (output.Type is { } type)
        {
            output = output with { Type = EncodingKeys.Canonical(type) };
            if (TargetEncodingCatalog.Catalog.TryFind(output.Type) is null) output.Report(problems, "type", $"There is no output type called '{type}'. {Suggestion.Advice(type, TargetEncodingCatalog.Catalog.Names)}");
            else
            {
                output = output with { Encoding = EncodingKeys.ReadOutput(output, output.Type, problems) };
                LossFit.Check(output, problems);
            }
        }
        return output;
    }

    private static OutputConfig ReadClassWeights(OutputConfig output, SettingNode node, string path, Problems problems)
    {
        if (node.Scalar is "balanced") return output with { BalancedClasses = true };
        if (node.Scalar is "effective_number") return output with { EffectiveNumber = UsualBeta };
        if (node.Entries is [{ Key: "effective_number" } only])
        {
            return Keys.TryNumber(only.Value, $"{path}.effective_number", problems, "number ≥ 0 and < 1", v => v is >= 0 and < 1) is { } beta ? output with { EffectiveNumber = beta } : output;
        }
        if (node.Entries is not { Count: > 0 } entries)
        {
            problems.Add(node.Mark, path, $"'balanced', 'effective_number' or a map {{class: weight}} is wanted here, but there is {node.Describe()}.");
            return output;
        }
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (Keys.TryNumber(entry.Value, $"{path}.{entry.Key}", problems, "finite number ≥ 0", v => v >= 0) is { } weight) weights[entry.Key] = weight;
        }
        return output with { ClassWeights = weights };
    }
}
