using Equipoise.Catalogs;
using Equipoise.Configs;

namespace Equipoise.Trials;

/// <summary>What is compared with what, how often, and by which figures.</summary>
public sealed record ComparisonPlan
{
    private static readonly string[] Known = ["variants", "losses", "balancers", "seeds", "by", "alone", "test", "epochs", "budget"];

    /// <summary>The variants, in the order of the tables; names differ.</summary>
    public IReadOnlyList<Variant> Variants { get; init; } = [];

    /// <summary>What is judged by: see <see cref="JudgedFigure"/>; empty: what <c>training.keep</c> says, if that is a metric.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>How many seeds each variant is trained with: that of the config and those that follow.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>Whether fixed weights that were searched for are added as a variant: the one that every balancer has to beat.</summary>
    public bool Tune { get; init; }

    /// <summary>How many trials the search for fixed weights takes at the most; 0: 5 for two outputs, 9 for three, else 1 + 2 × outputs.</summary>
    public int Budget { get; init; }

    /// <summary>Whether each output is trained alone, too, to see whether the others help or harm it.</summary>
    public bool Alone { get; init; }

    /// <summary>Whether the test part is looked at, too. It decides nothing.</summary>
    public bool Test { get; init; }

    /// <summary>Epochs in place of those of the config.</summary>
    public int? Epochs { get; init; }

    /// <summary>Resamplings of the validation rows.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>How sure an interval is, before the correction for several comparisons.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>The plan with a variant for each loss of <c>OUTPUT=huber,mse,{quantile: 0.9}</c>.</summary>
    /// <exception cref="ConfigException">There is no '='.</exception>
    public ComparisonPlan WithLosses(string text, string where = "--losses")
    {
        var (output, losses) = ConfigChange.Parse(text, where);
        bool first = Variants.Count == 0;
        var added = Pieces(losses).Select(loss => new Variant(first ? loss : $"{output} {loss}", [new ConfigChange($"outputs.{Quoted(output)}.loss", loss)]) { Source = where });
        return this with { Variants = [.. Variants, .. added] };
    }

    /// <summary>The plan with a variant for each method of balancing, and with fixed weights that are searched for.</summary>
    /// <param name="names">Methods: <c>uncertainty,{dwa: {temperature: 1}}</c>.</param>
    /// <param name="config">The config; its <c>scope</c> stays.</param>
    /// <param name="where">Where they come from, for messages.</param>
    public ComparisonPlan WithBalancers(string names, Config config, string where = "--balancers")
    {
        ArgumentNullException.ThrowIfNull(config);
        string scope = config.Balance.Scope == Training.GradientView.LastShared ? ", scope: last_shared" : "";
        var added = Pieces(names).Select(name => new Variant(name, [new ConfigChange("balance", $"{{method: {name}{scope}}}")]) { Source = where });
        return this with { Variants = [.. Variants, .. added], Tune = true };
    }

    /// <summary>Reads a plan: a file with one key <c>compare</c>.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="file">What messages call it.</param>
    /// <param name="config">The config that it is for.</param>
    /// <exception cref="ConfigException">It has mistakes; all are told.</exception>
    public static ComparisonPlan Read(string text, string file, Config config)
    {
        var problems = new Problems();
        var plan = new ComparisonPlan();
        foreach (var entry in PlanFile.Entries(text, file, "compare", problems))
        {
            string path = $"compare.{entry.Key}";
            var value = entry.Value;
            switch (entry.Key)
            {
                case "variants" when value.Entries is not null: plan = plan with { Variants = [.. plan.Variants, .. value.Entries.Select(v => VariantOf(v, file, problems))] }; break;
                case "losses" when value.Entries is not null:
                    foreach (var output in value.Entries) plan = plan.WithLosses($"{output.Key}={Joined(output.Value)}", $"{file}:{output.KeyMark.Line}");
                    break;
                case "balancers": plan = plan.WithBalancers(Joined(value), config, $"{file}:{value.Mark.Line}"); break;
                case "seeds": plan = plan with { Seeds = PlanFile.Whole(value, path, 1, problems) }; break;
                case "epochs": plan = plan with { Epochs = PlanFile.Whole(value, path, 1, problems) }; break;
                case "budget": plan = plan with { Budget = PlanFile.Whole(value, path, 1, problems) }; break;
                case "by": plan = plan with { By = [.. (value.Items ?? [value]).Select(v => v.Scalar ?? v.ToString())] }; break;
                case "alone": plan = plan with { Alone = PlanFile.Flag(value, path, "True or false", problems) }; break;
                case "test": plan = plan with { Test = PlanFile.Flag(value, path, "True or false", problems) }; break;
                case "variants" or "losses": problems.Add(value.Mark, path, $"A map of keys is wanted here, but there is {value.Describe()}."); break;
                default: PlanFile.Refuse(entry, "compare", Known, problems); break;
            }
        }
        return problems.Any ? throw new ConfigException(file, text, problems.All) : plan;
    }

    private static Variant VariantOf(SettingEntry entry, string file, Problems problems)
    {
        var variant = new Variant(entry.Key, []) { Source = $"{file}:{entry.KeyMark.Line}" };
        if (entry.Value.IsNull) return variant;
        if (entry.Value.Entries is { } changes) return variant with { Changes = [.. changes.Select(c => new ConfigChange(c.Key, c.Value.ToString()))] };
        problems.Add(entry.Value.Mark, $"compare.variants.{entry.Key}", $"A map of settings is wanted here, {{outputs.price.loss: huber}}, but there is {entry.Value.Describe()}.");
        return variant;
    }

    private static string Joined(SettingNode node) => string.Join(",", (node.Items ?? [node]).Select(i => i.ToString()));

    private static string Quoted(string name) => name.AsSpan().ContainsAny('.', '[') ? $"\"{name}\"" : name;

    // Commas in brackets belong to a piece.
    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : ',';
            if (c is '{' or '[') depth++;
            else if (c is '}' or ']') depth--;
            else if (c == ',' && (depth == 0 || i == text.Length))
            {
                if (text[start..i].Trim() is { Length: > 0 } piece) pieces.Add(piece);
                start = i + 1;
            }
        }
        return pieces;
    }
}
