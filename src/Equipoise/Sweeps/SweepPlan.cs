using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Balancing;
using Equipoise.Catalogs;
using Equipoise.Configs;
using Equipoise.Trials;

namespace Equipoise.Sweeps;

/// <summary>What a sweep tries, how often, and by what it judges. Everything that the trials depend on; not how many workers there are.</summary>
public sealed record SweepPlan
{
    private static readonly string[] Known = ["weights", "set", "by", "sampler", "population", "trials", "seeds", "epochs", "seed", "halving"];

    /// <summary>Whether the weights of the losses are varied; always if nothing else is.</summary>
    public bool Weights { get; init; }

    /// <summary>The least factor of a weight; see <see cref="WeightDimension"/>.</summary>
    public double LeastWeight { get; init; } = WeightDimension.UsualLeast;

    /// <summary>The settings that are varied.</summary>
    public IReadOnlyList<SweepDimension> Settings { get; init; } = [];

    /// <summary>What is made better: see <see cref="SweepObjective.Parse"/>; empty: <see cref="SweepObjective.Usual"/>.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>Where to look next: one of <see cref="SweepSampler.Names"/>.</summary>
    public string Sampler { get; init; } = "sobol";

    /// <summary>Points of a generation of <c>nsga2</c>; points that <c>bayes</c> begins with.</summary>
    public int Population { get; init; } = Nsga2Sampler.UsualPopulation;

    /// <summary>Points to try, besides the config as it is.</summary>
    public int Trials { get; init; } = 24;

    /// <summary>Trainings of each point, with the seed of the config and those that follow; figures are means.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Epochs in place of those of the config.</summary>
    public int? Epochs { get; init; }

    /// <summary>Decides all that is random in where to look.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The margin of <see cref="HalvingRule"/>; null: every trial is trained to its end.</summary>
    public double? Halving { get; init; }

    /// <summary>Reads a plan: a file with one key <c>sweep</c>.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="ConfigException">It has mistakes; all are told.</exception>
    public static SweepPlan Read(string text, string file)
    {
        var problems = new Problems();
        var plan = new SweepPlan();
        foreach (var entry in PlanFile.Entries(text, file, "sweep", problems))
        {
            string path = $"sweep.{entry.Key}";
            var value = entry.Value;
            plan = entry.Key switch
            {
                "weights" when value.Entries is not null => plan with { Weights = true, LeastWeight = Least(value, path, problems) },
                "weights" => plan with { Weights = PlanFile.Flag(value, path, "True, false or {least: 0.05}", problems) },
                "set" when value.Entries is { } settings => plan with { Settings = [.. settings.Select(s => Setting(s, file, problems)).OfType<SweepDimension>()] },
                "by" => plan with { By = [.. (value.Items ?? [value]).Select(v => v.Scalar ?? v.ToString())] },
                "sampler" => plan with { Sampler = Name(value, path, problems) },
                "population" => plan with { Population = PlanFile.Whole(value, path, 4, problems) },
                "trials" => plan with { Trials = PlanFile.Whole(value, path, 1, problems) },
                "seeds" => plan with { Seeds = PlanFile.Whole(value, path, 1, problems) },
                "epochs" => plan with { Epochs = PlanFile.Whole(value, path, 1, problems) },
                "seed" => plan with { Seed = PlanFile.Whole(value, path, 0, problems) },
                "halving" when value.Scalar is "false" => plan with { Halving = null },
                "halving" => plan with { Halving = value.Scalar is "true" ? HalvingRule.UsualMargin : Share(value, path, problems) },
                _ => Refuse(plan, entry, path, problems),
            };
        }
        return problems.Any ? throw new ConfigException(file, text, problems.All) : plan;
    }

    /// <summary>The plan as a text that <see cref="Read"/> reads.</summary>
    public string ToText()
    {
        var set = new JsonObject();
        foreach (var setting in Settings)
            set[setting.Label] = setting is ChoiceDimension choice ? new JsonArray([.. choice.Values.Select(v => (JsonNode)v)]) : setting.ToString()[(setting.Label.Length + 1)..];
        var sweep = new JsonObject { ["weights"] = Weights ? new JsonObject { ["least"] = LeastWeight } : false, ["set"] = set };
        if (By.Count > 0) sweep["by"] = new JsonArray([.. By.Select(b => (JsonNode)b)]);
        sweep["sampler"] = Sampler;
        sweep["population"] = Population;
        sweep["trials"] = Trials;
        sweep["seeds"] = Seeds;
        if (Epochs is { } epochs) sweep["epochs"] = epochs;
        sweep["seed"] = Seed;
        sweep["halving"] = Halving is { } margin ? margin : false;
        return new JsonObject { ["sweep"] = sweep }.ToJsonString();
    }

    /// <summary>The space of the plan, for a completed config.</summary>
    /// <exception cref="ConfigException">There is nothing that could be varied.</exception>
    public SweepSpace Space(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        bool weights = Weights || Settings.Count == 0;
        if (!weights) return new SweepSpace(Settings);
        var weighed = config.Outputs.Where(o => o.Weight > 0).ToList();
        if (weighed.Count < 2) throw new ConfigException($"The weights of the losses cannot be varied, since {(weighed.Count == 1 ? $"only the output '{weighed[0].Name}' has one" : "no output has one")}. Name settings to vary: --set training.optimizer.adam.learning_rate=1e-4..1e-2:log.");
        return new SweepSpace([new WeightDimension([.. weighed.Select(o => o.Name)], [.. weighed.Select(o => o.Weight)], LeastWeight), .. Settings]);
    }

    /// <summary>What a point of the space changes in a config. A balancer would set weights otherwise, so where weights are varied they are fixed, unless the balancer is varied too.</summary>
    internal static IReadOnlyList<ConfigChange> Changes(SweepSpace space, ReadOnlySpan<double> point, Config config)
    {
        var changes = space.At(point);
        bool fix = space.Dimensions.Any(d => d is WeightDimension) && config.Balance.Method is not FixedWeights && !changes.Any(c => c.Path.StartsWith("balance", StringComparison.Ordinal));
        return fix ? [.. changes, new ConfigChange("balance", "fixed")] : changes;
    }

    /// <summary>The objectives of the plan, for a completed config.</summary>
    public IReadOnlyList<SweepObjective> Objectives(Config config)
    {
        var objectives = By.Count == 0 ? SweepObjective.Usual(config) : [.. By.Select(b => SweepObjective.Parse(b, config))];
        foreach (var twice in objectives.GroupBy(o => o.Name).Where(g => g.Count() > 1)) throw new ConfigException($"'{twice.Key}' is an objective twice. Leave one of the two out.");
        return objectives;
    }

    /// <summary>Whether trials of another plan are trials of this one, too: all that is not how many there are is the same.</summary>
    public bool Continues(SweepPlan other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (this with { Trials = 1 }).ToText() == (other with { Trials = 1 }).ToText() && (Sampler != "grid" || Trials == other.Trials);
    }

    private static SweepDimension? Setting(SettingEntry entry, string file, Problems problems)
    {
        string where = $"{file}:{entry.KeyMark.Line}";
        try
        {
            if (entry.Value.Items is { } items) return SweepSpace.Choice(entry.Key, [.. items.Select(i => i.Scalar is { } s && !(i.IsQuoted && s.Length == 0) ? s : i.ToString())], where);
            return SweepSpace.Parse($"{entry.Key}={entry.Value.Scalar ?? entry.Value.ToString()}", where);
        }
        catch (ConfigException fault)
        {
            problems.Add(entry.KeyMark, "sweep.set", fault.Problems[0].Message);
            return null;
        }
    }

    private static double Least(SettingNode node, string path, Problems problems)
    {
        foreach (var other in node.Entries!.Where(e => e.Key != "least")) problems.Add(other.KeyMark, path, $"There is no key '{other.Key}' here. {Suggestion.Advice(other.Key, ["least"])}");
        return node.Find("least") is { } least ? Share(least.Value, $"{path}.least", problems) : WeightDimension.UsualLeast;
    }

    private static SweepPlan Refuse(SweepPlan plan, SettingEntry entry, string path, Problems problems)
    {
        if (entry.Key == "set") problems.Add(entry.Value.Mark, path, $"A map of settings is wanted here, {{training.batch: [32, 64]}}, but there is {entry.Value.Describe()}.");
        else PlanFile.Refuse(entry, "sweep", Known, problems);
        return plan;
    }

    private static string Name(SettingNode node, string path, Problems problems)
    {
        if (node.Scalar is { } name && SweepSampler.Names.Contains(name)) return name;
        problems.Add(node.Mark, path, $"There is no sampler {node.Describe()}. {Suggestion.Advice(node.Scalar ?? "", [.. SweepSampler.Names])}");
        return "sobol";
    }

    private static double Share(SettingNode node, string path, Problems problems)
    {
        if (node.Scalar is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and < 1) return value;
        problems.Add(node.Mark, path, $"A number from 0 to below 1 is wanted here, but there is {node.Describe()}.");
        return 0;
    }
}
