using Equipoise.Catalogs;

namespace Equipoise.Advice;

/// <summary>Losses and metrics for a set of labels.</summary>
internal static class SetRanking
{
    /// <summary>From this share of rows with exactly one label on, a set is a category in disguise.</summary>
    public const double OneLabel = 0.999;

    /// <summary>Below this share of present labels, answering "none" looks right.</summary>
    public const double SparseShare = 0.1;

    /// <summary>The losses, best first.</summary>
    public static IReadOnlyList<RankedChoice> Losses(LabelStatistics s)
    {
        string several = NumberRanking.Decider("several_share", s["several_share"]);
        string sparse = NumberRanking.Decider("present_share", s["present_share"]);
        var binary = Loss("binary_crossentropy", "each label by itself may be there or not; a softmax would share one probability out among labels that come together", several);
        var focal = Loss("binary_focal_crossentropy", "absent labels that are clear already count little", sparse);
        var asymmetric = Loss("asymmetric_loss", "easy absent labels count hardly anything; probabilities come out too high", sparse);
        if (s["one_share"] >= OneLabel)
        {
            var single = new RankedChoice("sparse_categorical_crossentropy", [new SettingEntry("type", SettingNode.Of("category")), new SettingEntry("loss", SettingNode.Of("sparse_categorical_crossentropy"))],
                "every row has exactly one label, so they exclude one another: a softmax knows that", NumberRanking.Decider("one_share", s["one_share"]));
            return [single, binary];
        }
        return s["present_share"] < SparseShare ? [binary, focal, asymmetric] : [binary, focal];
    }

    /// <summary>The metrics, best first.</summary>
    public static IReadOnlyList<RankedChoice> Metrics(LabelStatistics s)
    {
        string by = NumberRanking.Decider("present_share", s["present_share"]);
        return
        [
            Metric("{f1: {average: micro}}", "precision and recall of all labels together; absent labels that are not predicted do not flatter it", by),
            Metric("average_precision", "the mean over the labels (mAP): how well each label ranks the rows, whatever the threshold", by),
            Metric("{f1: {average: macro}}", "every label counts the same, however rare", by),
            Metric("hamming_loss", "only beside the others: a model that says nothing has the share of present labels", by),
        ];
    }

    private static RankedChoice Loss(string name, string reason, string by) => new(name, [new SettingEntry("loss", SettingNode.Of(name))], reason, by);

    private static RankedChoice Metric(string name, string reason, string by) => new(name, [], reason, by);
}
