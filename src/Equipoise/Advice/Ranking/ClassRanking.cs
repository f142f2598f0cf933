using System.Globalization;
using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Losses and metrics for a yes or no, and for one of several classes.</summary>
internal static class ClassRanking
{
    /// <summary>From this share of the most frequent class on, accuracy says little.</summary>
    public const double ImbalancedShare = 0.8;

    /// <summary>Below this share, a class is rare.</summary>
    public const double RareShare = 0.1;

    /// <summary>Below this share, a yes or no is so rare that its loss hardly counts beside others.</summary>
    public const double VeryRareShare = 0.05;

    /// <summary>From so many classes on, the right one among the first few is worth a metric.</summary>
    public const int ManyClasses = 20;

    /// <summary>Whether some class is rare enough to be passed over.</summary>
    public static bool IsImbalanced(LabelStatistics s) => s["largest_share"] >= ImbalancedShare || s["rarest_share"] < Math.Min(RareShare, 0.5 / s["classes"]);

    /// <summary>The losses, best first.</summary>
    public static IReadOnlyList<RankedChoice> Losses(string type, LabelStatistics s)
    {
        bool binary = type == "binary";
        string cross = binary ? "binary_crossentropy" : "sparse_categorical_crossentropy", focal = binary ? "binary_focal_crossentropy" : "categorical_focal_crossentropy";
        bool rare = IsImbalanced(s);
        string by = rare ? Imbalance(s) : Decider(s);
        var plain = Loss(cross, rare ? "its probabilities are those of the data, so ranking and any threshold chosen later are right; judge it by metrics that do not hide the rare class" : "each row has exactly one class, and its probabilities are those of the data", by);
        var weighted = Loss(cross, "the rare class counts as much as the others, so it is learned and found; its probabilities come out too high", by, new SettingEntry("class_weights", SettingNode.Of("balanced")));
        var focused = Loss(focal, "rows that are right already count little, so the gradient comes from the rare and the hard ones", by);
        var ordinal = Loss("corn", "it knows that a neighbouring class is nearly right", OrderDecider(s),
            new SettingEntry("type", SettingNode.Of("ordered_category")), new SettingEntry("order", SettingNode.List(s.Order.Select(label => SettingNode.Of(label, quoted: true)))));
        if (s.Order.Count > 0) return rare ? [plain, ordinal, weighted] : [plain, ordinal];
        // Beside other outputs the loss of a very rare answer is so small that hardly any gradient is left for it.
        if (binary && s["rarest_share"] < VeryRareShare && s["imbalance"] <= ExtremeClassWeightsRule.TooUnequal) return [weighted, plain, focused];
        return rare ? [plain, weighted, focused] : [plain];
    }

    /// <summary>The metrics, best first.</summary>
    public static IReadOnlyList<RankedChoice> Metrics(string type, LabelStatistics s)
    {
        bool rare = IsImbalanced(s);
        string by = rare ? Imbalance(s) : Decider(s);
        if (type == "binary")
        {
            var precision = Metric("average_precision", "how well the positives are found, against a guess that has their share", by);
            var area = Metric("auc", "how often a positive stands above a negative, whatever the threshold", by);
            return rare ? [precision, area, Metric("f1", "precision and recall of the positives at the usual threshold", by)] : [Metric("accuracy", "the share of right answers; both are frequent enough", by), area];
        }
        var list = new List<RankedChoice>();
        var macro = Metric("{f1: {average: macro}}", "every class counts the same, however rare", by);
        var right = Metric("accuracy", !rare ? "the share of right answers; no class is rare" : s["largest_share"] >= 0.5 ? "only beside it: always guessing the largest class is right in most rows" : "the share of right answers; rare classes hardly move it", by);
        if (s.Order.Count > 0) list.Add(Metric("{cohen_kappa: {weights: quadratic}}", "agreement beyond chance in which far classes cost more than near ones", OrderDecider(s)));
        list.AddRange(rare ? [macro, Metric("balanced_accuracy", "the mean over the classes of the share that is found", by), right] : [right, macro]);
        if (s["classes"] >= ManyClasses) list.Insert(1, Metric(TopK(s), "whether the right class is among the first few", NumberRanking.Decider("classes", s["classes"])));
        return list;
    }

    /// <summary>The metric of the first few of many classes.</summary>
    public static string TopK(LabelStatistics s) => $"{{top_k_accuracy: {{k: {(s["classes"] >= 100 ? 10 : 5)}}}}}";

    private static string Decider(LabelStatistics s) => NumberRanking.Decider("largest_share", s["largest_share"]);

    private static string Imbalance(LabelStatistics s) => string.Create(CultureInfo.InvariantCulture, $"largest_share {s["largest_share"]:G3}, rarest_share {s["rarest_share"]:G3}");

    private static string OrderDecider(LabelStatistics s) => $"order {string.Join(" < ", s.Order)}";

    private static RankedChoice Loss(string name, string reason, string by, params SettingEntry[] further)
        => new(name, [new SettingEntry("loss", SettingNode.Of(name)), .. further], reason, by);

    private static RankedChoice Metric(string name, string reason, string by) => new(name, [], reason, by);
}
