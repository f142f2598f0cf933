using Equipoise.Activations;
using Equipoise.Architectures;
using Equipoise.Balancing;
using Equipoise.Catalogs;
using Equipoise.Constraints;
using Equipoise.Data;
using Equipoise.Initializers;
using Equipoise.Layers;
using Equipoise.Losses;
using Equipoise.Metrics;
using Equipoise.Optimizers;
using Equipoise.Regularizers;
using Equipoise.Schedules;

namespace Equipoise.Configs;

/// <summary>All that can be written in a config: the parts with their keys, and every catalogue. Made from the very tables that configs are read with, so it is never out of date.</summary>
public static class CatalogBook
{
    /// <summary>Every kind.</summary>
    public static IReadOnlyList<CatalogPage> Pages { get; } =
    [
        new("config", "the parts of a config and their keys",
        [
            Part(Config.Section, "config"), Part(DataConfig.Section, "data"), Part(SplitConfig.Section, "split"), Part(InputConfig.Section, "input"),
            Part(BranchConfig.Section, "branch"), Part(OutputConfig.Section, "output"), Part(TrainingConfig.Section, "training"), Part(JointLossConfig.Section, "losses"), Part(EarlyStopConfig.Section, "early_stopping"), Part(WatchConfig.Section, "watch"), Part(ReduceRateConfig.Section, "reduce_learning_rate"),
        ]),
        Page("input", "types of inputs; the settings stand beside name and type", InputEncodingCatalog.Catalog),
        Page("output", "types of outputs; the settings stand beside name and type", TargetEncodingCatalog.Catalog),
        Page("loss", "what an output is punished for", LossCatalog.Catalog),
        Page("joint_loss", "what several outputs are punished for together; 'losses' of 'training'", JointLossCatalog.Catalog),
        Page("metric", "figures that say how good an output is", MetricCatalog.Catalog),
        Page("layer", "what networks are made of", LayerCatalog.Catalog),
        Page("architecture", "trunks that give each output a result of its own; the last item of 'trunk'", ArchitectureCatalog.Catalog),
        Page("activation", "functions applied to each number", ActivationCatalog.Catalog),
        Page("optimizer", "how weights follow their gradient", OptimizerCatalog.Catalog),
        Page("schedule", "how the learning rate goes with the steps", ScheduleCatalog.Catalog),
        Page("initializer", "what weights begin with", InitializerCatalog.Catalog),
        Page("regularizer", "penalties on weights and activities", RegularizerCatalog.Catalog),
        Page("constraint", "what weights are brought back to after each update", ConstraintCatalog.Catalog),
        Page("balancer", "what sets the weights of the losses while training", BalancerCatalog.Catalog),
    ];

    /// <summary>The page of a kind; a plural is understood.</summary>
    /// <exception cref="UnknownNameException">There is none.</exception>
    public static CatalogPage Find(string kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return Pages.FirstOrDefault(p => p.Kind == kind || kind == p.Kind + "s" || kind == p.Kind + "es") ?? throw new UnknownNameException("kind", kind, [.. Pages.Select(p => p.Kind)]);
    }

    /// <summary>A component of a page.</summary>
    /// <exception cref="UnknownNameException">There is none.</exception>
    public static CatalogItem Find(CatalogPage page, string name)
    {
        ArgumentNullException.ThrowIfNull(page);
        return page.Entries.FirstOrDefault(e => e.Name == name || e.Aliases.Contains(name)) ?? throw new UnknownNameException(page.Kind, name, [.. page.Entries.SelectMany(e => e.Aliases.Prepend(e.Name))]);
    }

    /// <summary>Pages as Markdown, one after the other, for documentation. See <see cref="CatalogMarkdown"/>.</summary>
    public static string Markdown(IEnumerable<CatalogPage> pages) => string.Join('\n', pages.Select(CatalogMarkdown.Page));

    private static string NeedsOf(BalancerSettings balancer)
    {
        var needs = new List<string>();
        void Say(BalancerNeeds need, string words)
        {
            if ((balancer.Needs & need) != 0) needs.Add(words);
        }
        Say(BalancerNeeds.Losses, "losses");
        Say(BalancerNeeds.LossesAfterStep, "losses after the step");
        Say(BalancerNeeds.Scores, "metrics");
        Say(BalancerNeeds.Gramian, "inner products of gradients");
        Say(BalancerNeeds.CrossGramian, "inner products of gradients of half batches");
        Say(BalancerNeeds.Gradients, "gradients");
        return needs.Count == 0 ? "nothing of the step" : string.Join(", ", needs);
    }

    private static CatalogPage Page<T>(string kind, string title, Catalog<T> catalog) where T : class => new(kind, title, [.. catalog.Entries.Select(Item)]);

    private static CatalogItem Item<T>(Entry<T> entry) where T : class
    {
        var (details, source) = DocComments.Of(entry.Default.GetType(), entry.Settings.Select(s => s.Name));
        return new CatalogItem(entry.Name, entry.Aliases, entry.Summary, [.. entry.Settings.Select(s => new CatalogSetting(s.Name, s.Meaning, s.Range, s.Write(entry.Default).ToString()))])
        {
            Details = details,
            Source = entry.Source.Length > 0 ? entry.Source : source,
            Needs = entry.Default is BalancerSettings balancer ? NeedsOf(balancer) : "",
        };
    }

    private static CatalogItem Part<T>(ConfigSection<T> section, string name) where T : ConfigPart
        => new(name, [], "", [.. section.Keys.Select(k => new CatalogSetting(k.Name, k.Meaning, k.Values, ""))]);
}
